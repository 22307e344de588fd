using System.IO.Pipes;
using System.Threading.Channels;
using Gateway.Provisioning.Diagnosis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gwctl.Serving;

/// <summary>What the service and one gwctl say to each other. Whatever gwctl says or does not say, the service lives on; whoever hangs up stops nothing.</summary>
/// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
/// <param name="pipe">Leads to gwctl.</param>
/// <param name="turns">Whose turn it is.</param>
/// <param name="worker">Looks at the machine after a job.</param>
/// <param name="lifetime">Ends the program when its service was taken back.</param>
/// <param name="log">The event log.</param>
internal sealed class Conversation(string? root, NamedPipeServerStream pipe, Turns turns, ProvisioningWorker worker, IHostApplicationLifetime lifetime, ILogger log)
{
    private static readonly TimeSpan UntilItHasRead = TimeSpan.FromSeconds(5);
    private readonly Channel<Answer> answers = Channel.CreateUnbounded<Answer>();

    /// <summary>Speaks until the job is done and gwctl has heard it.</summary>
    /// <param name="stopping">The service stops.</param>
    public async Task HoldAsync(CancellationToken stopping)
    {
        await using var kept = pipe;
        var lines = new JsonLines(pipe);
        var telling = TellAsync(lines);
        try
        {
            await ServeAsync(lines, stopping);
        }
        catch (RefusedException notUnderstood)
        {
            log.DidNotUnderstand(notUnderstood.Diagnostic.ToString());
            answers.Writer.TryWrite(new Answer { Refusal = Refusal.Of(notUnderstood) });
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It has hung up before it asked for anything, or it never asked, or the service stops.
        }
        catch (Exception e)
        {
            // Our own fault: it ends this conversation, and not the service.
            var fault = Refusal.Of(e);
            log.WasRefused(string.Join(" ", fault.Diagnostics));
            answers.Writer.TryWrite(new Answer { Refusal = fault });
        }

        answers.Writer.Complete();
        await telling;
    }

    private async Task ServeAsync(JsonLines lines, CancellationToken stopping)
    {
        await lines.WriteAsync(Greeting.Own, stopping);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(HandOverProtocol.Patience);
        if (await lines.ReadAsync(patience.Token) is not { } line)
            return;
        JsonLines.CheckVersion(line);
        var request = JsonLines.Parse<Request>(line);
        await using (var job = new HandedOverJob(root, request, turns, log))
        {
            answers.Writer.TryWrite(await DoAsync(job, lines, stopping));
            if (job.EndsService)
                lifetime.StopApplication();
        }

        worker.LookSoon();
    }

    private async Task<Answer> DoAsync(HandedOverJob job, JsonLines lines, CancellationToken stopping)
    {
        using var byPerson = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, byPerson.Token);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var listening = Task.CompletedTask;
        try
        {
            await job.TakeTurnAsync(stopping);
            if (job.WhyAnotherVersions is null && job.Open() is { Count: > 0 } wrong)
            {
                log.DidNot(job.Name, string.Join(" ", wrong));
                return new Answer { Refusal = new Refusal(wrong, ExitCode.ManifestInvalid) };
            }

            if ((job.WhyAnotherVersions ?? job.WhyNotOurs()) is { } why)
            {
                log.Leaves(job.Name, why);
                answers.Writer.TryWrite(new Answer { Yours = why });
                await UntilHungUpAsync(lines, null, stopping);
                return new Answer();
            }

            listening = UntilHungUpAsync(lines, byPerson.CancelAsync, ended.Token);
            return new Answer { End = await job.RunAsync(step => answers.Writer.TryWrite(new Answer { Progress = step }), stop.Token) };
        }
        catch (Exception e)
        {
            if (e is OperationCanceledException && byPerson.IsCancellationRequested && !stopping.IsCancellationRequested)
                job.LeaveOpen();
            var refusal = Refusal.Of(e);
            log.DidNot(job.Name, string.Join(" ", refusal.Diagnostics));
            return new Answer { Refusal = refusal };
        }
        finally
        {
            await ended.CancelAsync();
            await listening;
        }
    }

    // What gwctl says while it waits: that it wants to stop, or nothing any more.
    private static async Task UntilHungUpAsync(JsonLines lines, Func<Task>? stop, CancellationToken cancel)
    {
        try
        {
            while (await lines.ReadAsync<Word>(cancel) is { } word)
            {
                if (word.Stop && stop is not null)
                    await stop();
            }
        }
        catch (Exception e) when (e is IOException or RefusedException or OperationCanceledException)
        {
            // It has hung up, or it may as well have.
        }
    }

    private async Task TellAsync(JsonLines lines)
    {
        var heard = true;
        await foreach (var answer in answers.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (!heard || answer == new Answer())
                continue;
            try
            {
                using var patience = new CancellationTokenSource(HandOverProtocol.Patience);
                await lines.WriteAsync(answer, patience.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                heard = false; // the run goes on all the same
            }
        }

        if (heard)
            await UntilReadAsync();
    }

    // On Windows what was not read yet is lost when this end closes: gwctl closes first.
    private async Task UntilReadAsync()
    {
        if (!OperatingSystem.IsWindows())
            return;
        try
        {
            using var patience = new CancellationTokenSource(UntilItHasRead);
            while (await pipe.ReadAsync(new byte[256], patience.Token) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It has.
        }
    }
}
