using System.ComponentModel;
using System.Diagnostics;

namespace Gateway.Service.Filing;

/// <summary>
/// A scanner that is a program: it is given a file and answers by its exit code. 0 is clean, 1 is infected, as <c>clamscan</c>, <c>clamdscan</c> and others
/// have it; anything else says nothing about the file.
/// </summary>
/// <param name="command">The program, and the arguments before the file.</param>
internal sealed class CommandScanner(IReadOnlyList<string> command) : IDocumentScanner
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public string Name => Path.GetFileName(command[0]);

    public async Task<ScanVerdict> ScanAsync(string path, CancellationToken cancellation)
    {
        var (code, output) = await RunAsync([.. command, path], cancellation);
        return code switch
        {
            0 => new ScanVerdict.Clean(),
            1 => new ScanVerdict.Infected($"{Name} finds it infected"),
            null => new ScanVerdict.NotScanned(output),
            _ => new ScanVerdict.NotScanned($"{Name} ended with {code}"),
        };
    }

    /// <summary>Runs a program to its end, without a window and without a shell.</summary>
    /// <returns>Its exit code and its output; null and the reason where it did not run to its end.</returns>
    internal static async Task<(int? Code, string Output)> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var name = Path.GetFileName(command[0]);
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, CreateNoWindow = true };
        try
        {
            using var program = Process.Start(start)!;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Longest);
            program.StandardInput.Close();
            var errors = program.StandardError.ReadToEndAsync(CancellationToken.None);
            var output = program.StandardOutput.ReadToEndAsync(CancellationToken.None);
            try
            {
                await program.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                program.Kill(entireProcessTree: true);
                cancellation.ThrowIfCancellationRequested();
                return (null, $"{name} did not end in {Longest.TotalMinutes} minutes");
            }

            return (program.ExitCode, await output + await errors);
        }
        catch (Win32Exception failure)
        {
            return (null, $"{name} cannot be started: {failure.Message}");
        }
    }
}
