using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;

namespace Gwctl.Serving;

/// <summary>
/// What gwctl and the service say to each other: JSON, one message a line, UTF-8. The service greets; gwctl asks for one job; the service answers with progress
/// and then with the end, or with the words that the job is gwctl's own. While it waits, gwctl may ask to stop. Closing the pipe stops nothing.
/// The first two members of the first message of either side, <c>protocol</c> and <c>product</c>, are what every version of this protocol keeps.
/// </summary>
internal static class HandOverProtocol
{
    /// <summary>Version of what is said.</summary>
    public const int Version = 1;

    /// <summary>The longest message, in bytes: many times the largest manifest with its plan.</summary>
    public const int LongestMessage = 8 << 20;

    /// <summary>How long either side waits for the other's first message.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What either side says to a message that it cannot use.</summary>
    public static RefusedException NotUnderstood(string why, Exception? inner = null) =>
        new(Diagnostic.Error("GW3401", $"What came over the service's pipe is no message of this protocol: {why}", "Use the gwctl that lies with the service's program."), inner);

    /// <summary>What either side says to another version of the protocol.</summary>
    public static RefusedException OtherVersion(int version) =>
        new(Diagnostic.Error("GW3402", $"The other end of the service's pipe speaks version {version} of the protocol; this is version {Version}.", "Use the gwctl that lies with the service's program, or restart the service after an upgrade."));
}

/// <summary>What the service says to whoever connects.</summary>
internal sealed record Greeting
{
    /// <summary>The greeting of this version.</summary>
    public static Greeting Own { get; } = new() { Protocol = HandOverProtocol.Version, Product = ProductVersion.Text };

    /// <summary>Version of the protocol.</summary>
    public required int Protocol { get; init; }

    /// <summary>Version of the product that the service runs.</summary>
    public required string Product { get; init; }
}

/// <summary>What is to be done.</summary>
internal enum Job
{
    /// <summary>Make the manifest hold.</summary>
    Apply,

    /// <summary>Take the last run back.</summary>
    Rollback,
}

/// <summary>What gwctl hands over. A manifest holds references to secrets at most, never one.</summary>
internal sealed record Request
{
    /// <summary>Version of the protocol.</summary>
    public required int Protocol { get; init; }

    /// <summary>Version of gwctl.</summary>
    public required string Product { get; init; }

    /// <summary>What is to be done.</summary>
    public required Job Job { get; init; }

    /// <summary>Who says to have asked, for the event log and for whoever comes second.</summary>
    public required string By { get; init; }

    /// <summary>The manifest with its overlays.</summary>
    public required JsonNode Manifest { get; init; }

    /// <summary>The plan that somebody approved, or null.</summary>
    public Plan? Plan { get; init; }

    /// <summary>A request of this process.</summary>
    public static Request Of(Job job, Appliance appliance, Plan? plan) => new()
    {
        Protocol = HandOverProtocol.Version,
        Product = ProductVersion.Text,
        Job = job,
        By = $"process {Environment.ProcessId}", // no account: it comes into the event log
        Manifest = JsonNode.Parse(CanonicalJson.Of(appliance))!,
        Plan = plan,
    };
}

/// <summary>What gwctl may say after its request.</summary>
internal sealed record Word
{
    /// <summary>Whether the job is to stop between two changes.</summary>
    public required bool Stop { get; init; }
}

/// <summary>What the service answers; one of the members is there.</summary>
internal sealed record Answer
{
    /// <summary>A change is being made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Progress? Progress { get; init; }

    /// <summary>The job has ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunEnd? End { get; init; }

    /// <summary>The job was refused, or it failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Refusal? Refusal { get; init; }

    /// <summary>Why the job is gwctl's own; while the pipe is open, the service keeps quiet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Yours { get; init; }
}

/// <summary>One step of a run.</summary>
/// <param name="Resource">What is changed.</param>
/// <param name="What">What is done to it.</param>
internal sealed record Progress(ResourceId Resource, JournalEvent What);

/// <summary>Why there is no end to print.</summary>
/// <param name="Diagnostics">Why.</param>
/// <param name="ExitCode">How the command ends.</param>
internal sealed record Refusal(IReadOnlyList<Diagnostic> Diagnostics, ExitCode ExitCode)
{
    /// <summary>The refusal that an exception stands for.</summary>
    public static Refusal Of(Exception exception)
    {
        var fault = Fault.Of(exception);
        return new([fault.Diagnostic], fault.ExitCode);
    }
}
