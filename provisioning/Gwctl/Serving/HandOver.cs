using System.IO.Pipes;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gwctl.Printing;

namespace Gwctl.Serving;

/// <summary>gwctl's side of the pipe: hands a job to the machine's service and shows what becomes of it, as if it had been done here.</summary>
internal sealed class HandOver : IAsyncDisposable
{
    private readonly NamedPipeClientStream pipe;
    private readonly JsonLines lines;

    private HandOver(NamedPipeClientStream pipe) => (this.pipe, lines) = (pipe, new JsonLines(pipe));

    /// <summary>Whether the service cannot be given this job, because it speaks otherwise: then it is done here.</summary>
    private bool IsOwn { get; set; }

    /// <summary>The service of a machine, or null when none answers.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="RefusedException">It may not be asked (GW3404), does not answer in time (GW3403), or speaks another protocol (GW3401, GW3402).</exception>
    public static async Task<HandOver?> FindAsync(string? root, CancellationToken cancel)
    {
        if ((root is null && !OperatingSystem.IsWindows()) || ServicePipe.Connect(root) is not { } pipe)
            return null;
        var found = new HandOver(pipe);
        try
        {
            if (await found.IsGreetedAsync(cancel))
                return found;
        }
        catch
        {
            await found.DisposeAsync();
            throw;
        }

        await found.DisposeAsync();
        return null;
    }

    /// <summary>Hands a job over and prints its end.</summary>
    /// <param name="request">The job.</param>
    /// <param name="title">What a person sees while it is done.</param>
    /// <param name="output">Where words go.</param>
    /// <param name="cancel">Asks the service to stop between two changes; its end is waited for.</param>
    /// <returns>How the command ends; null when the job is to be done here, while this stays open.</returns>
    public async Task<ExitCode?> DoAsync(Request request, string title, Output output, CancellationToken cancel)
    {
        if (IsOwn)
            return null;
        var last = await output.WithProgressAsync(title, step => UntilEndAsync(request, step, cancel));
        if (last.End is { } end)
        {
            ResultPrinter.Print(output, end);
            return end.ExitCode;
        }

        if (last.Refusal is { } refusal)
        {
            output.Refuse(refusal.Diagnostics);
            return refusal.ExitCode;
        }

        return null;
    }

    public ValueTask DisposeAsync() => pipe.DisposeAsync();

    // One that hangs up before it greets is about to end.
    private async Task<bool> IsGreetedAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(HandOverProtocol.Patience);
        try
        {
            if (await lines.ReadAsync(patience.Token) is not { } line)
                return false;
            try
            {
                JsonLines.CheckVersion(line);
            }
            catch (RefusedException other) when (other.Diagnostic.Code == "GW3402" && IsOfAnotherProduct(line))
            {
                IsOwn = true; // an upgrade, or back: whoever is called decides
                return true;
            }

            JsonLines.Parse<Greeting>(line);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RefusedException(Diagnostic.Error("GW3403", $"The machine's service was reached, and said nothing for {HandOverProtocol.Patience.TotalSeconds} s.", $"Restart {ProvisioningService.Name}; the Application log says what it was at."));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsOfAnotherProduct(ReadOnlyMemory<byte> line)
    {
        using var greeting = System.Text.Json.JsonDocument.Parse(line);
        return greeting.RootElement.TryGetProperty("product", out var product) && product.ValueKind == System.Text.Json.JsonValueKind.String && product.GetString() != ProductVersion.Text;
    }

    private async Task<Answer> UntilEndAsync(Request request, Action<string> step, CancellationToken cancel)
    {
        try
        {
            await lines.WriteAsync(request, cancel);
            await using var stopping = cancel.Register(() => _ = AskToStopAsync());
            while (await lines.ReadAsync<Answer>(CancellationToken.None) is { } answer)
            {
                if (answer.Progress is not { } progress)
                    return answer;
                step($"{progress.What} {progress.Resource}");
            }

            throw Lost("it hung up");
        }
        catch (IOException e)
        {
            throw Lost(e.Message, e);
        }
    }

    private async Task AskToStopAsync()
    {
        try
        {
            await lines.WriteAsync(new Word { Stop = true }, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has hung up: whoever reads says so.
        }
    }

    private static RefusedException Lost(string why, Exception? inner = null) => new(
        Diagnostic.Error("GW3406", $"The connection to the machine's service was lost: {why}.", "What it had begun it goes on with, now or when it starts again: 'gwctl status' shows where it stands."), inner);
}
