using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Gwctl.Rehearsing;

/// <summary>
/// Has the gateway's own program rehearse what the appliance is for: an image goes from one site, signed and encrypted by mail, to another and to
/// its PACS. Both sites are real; the mail servers between them are modelled by a folder, or are private ones where that is wanted and they are installed.
/// </summary>
internal sealed class MailProof(string program, string folder, bool isFull)
{
    /// <summary>Rehearses.</summary>
    /// <returns>Why it failed, null where it did not; and what was seen.</returns>
    public async Task<(string? Failure, string Detail)> RunAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        string[] arguments = isFull ? ["rehearse", "--folder", folder, "--full"] : ["rehearse", "--folder", folder];
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var complaints = process.StandardError.ReadToEndAsync(cancel);
        var lines = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
            return ($"the gateway's program ended with {process.ExitCode}: {(await complaints).Trim()}", "");
        var seen = JsonNode.Parse(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        return (bool)seen["passed"]!
            ? (null, FormattableString.Invariant($"an image came from one site by mail to another and its PACS, unchanged, and was signed for after {(double)seen["seconds"]!:F1} s; {(string)seen["surroundings"]!}"))
            : ((string?)seen["why"] ?? "it did not arrive", "");
    }
}
