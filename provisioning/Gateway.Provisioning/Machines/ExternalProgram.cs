using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Gateway.Provisioning.Machines;

/// <summary>One run of somebody else's program, without a window. What it needs to know in secret it reads from standard input, never from its arguments, which others can see.</summary>
internal static class ExternalProgram
{
    private const int LinesKept = 12;

    /// <summary>Runs it to its end.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="patience">How long it may take; then it is killed with what it started.</param>
    /// <param name="cancel">Cancels, likewise.</param>
    /// <exception cref="ExternalProgramException">It did not start, or was not done in time.</exception>
    public static async Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, TimeSpan patience, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            CreateNoWindow = true,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
            var (said, complained) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await FeedAsync(process, input, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new ProgramAnswer(process.ExitCode, await said, await complained);
        }
        catch (Win32Exception e)
        {
            throw new ExternalProgramException(e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new ExternalProgramException($"no answer within {patience.TotalSeconds:0} s", e);
        }
        finally
        {
            if (process is { HasExited: false })
                process.Kill(entireProcessTree: true);
            process?.Dispose();
        }
    }

    // A program that ends before it has read everything is judged by its exit code.
    private static async Task FeedAsync(Process process, ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    /// <summary>What a program said last, as one line: enough to know what it complained about.</summary>
    /// <param name="answer">Its answer.</param>
    public static string LastWords(ProgramAnswer answer)
    {
        var lines = (answer.Errors + "\n" + answer.Output).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        return lines.Count == 0 ? "it said nothing" : string.Join(" | ", lines.TakeLast(LinesKept));
    }
}

/// <summary>How a program ended and what it said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What stands on its standard output.</param>
/// <param name="Errors">What stands on its standard error.</param>
internal sealed record ProgramAnswer(int ExitCode, string Output, string Errors);

/// <summary>A program gave no answer at all.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">What happened.</param>
internal sealed class ExternalProgramException(string message, Exception inner) : Exception(message, inner);
