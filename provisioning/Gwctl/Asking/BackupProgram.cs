using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Diagnosis;

namespace Gwctl.Asking;

/// <summary>The gateway's program, which lies beside gwctl, started to take a backup, to look at one, or to put one back.</summary>
internal static partial class BackupProgram
{
    /// <summary>Starts it, and waits for its end.</summary>
    /// <param name="root">The directory of a rehearsed machine; null for this computer.</param>
    /// <param name="arguments">What it is told; never a secret.</param>
    /// <param name="secret">What it reads from standard input: the passphrase of the recovery key.</param>
    /// <param name="cancel">Cancels.</param>
    /// <returns>What it said; or why it refused, in its own words.</returns>
    /// <exception cref="RefusedException">It cannot be started (GW7138).</exception>
    public static async Task<(string Said, IReadOnlyList<Diagnostic> Refusals)> RunAsync(string? root, IReadOnlyList<string> arguments, byte[] secret, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(GatewayProgram.Program, [.. arguments, .. root is null ? Array.Empty<string>() : ["--drives", Path.GetFullPath(root), "--rehearsal"]])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, CreateNoWindow = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var complaints = process.StandardError.ReadToEndAsync(cancel);
            var said = process.StandardOutput.ReadToEndAsync(cancel);
            await process.StandardInput.BaseStream.WriteAsync(secret, cancel);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancel);
            return process.ExitCode == 0 ? ((await said).Trim(), []) : ("", [.. Read(await complaints)]);
        }
        catch (Exception failure) when (failure is Win32Exception or IOException)
        {
            throw new RefusedException(Diagnostic.Error(
                "GW7138", $"The gateway's program {GatewayProgram.Program} cannot be used: {failure.Message}", "Both programs belong to one version and lie in one folder: repair the installation."));
        }
    }

    private static IEnumerable<Diagnostic> Read(string complaints)
    {
        var found = Complaint().Matches(complaints).Select(one => Diagnostic.Error(one.Groups["code"].Value, one.Groups["what"].Value + ".", one.Groups["mend"].Value.Trim())).ToList();
        return found.Count > 0 ? found : [Diagnostic.Error("GW7138", $"The gateway's program {GatewayProgram.Program} failed: {complaints.ReplaceLineEndings(" ").Trim()}", "Its log says more.")];
    }

    [GeneratedRegex(@"^(?<code>GW\d{4}) (?<what>.*?; allowed: .*?)\. (?<mend>.*)$", RegexOptions.Multiline)]
    private static partial Regex Complaint();
}
