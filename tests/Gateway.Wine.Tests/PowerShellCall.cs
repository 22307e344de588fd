using System.Text.Json.Nodes;

namespace Gateway.Wine.Tests;

/// <summary>One line of what the rig's PowerShell writes down.</summary>
/// <param name="At">When it began.</param>
/// <param name="Process">The process.</param>
/// <param name="Command">The cmdlet.</param>
/// <param name="IsPipeline">Whether a pipeline begins with it.</param>
internal sealed record PowerShellCall(DateTimeOffset At, int Process, string Command, bool IsPipeline)
{
    public static PowerShellCall Read(string line)
    {
        var call = JsonNode.Parse(line)!;
        return new(call["time"]!.GetValue<DateTimeOffset>(), (int)call["process"]!, (string)call["command"]!, (int)call["position"]! == 1);
    }
}
