using System.IO.Pipes;
using Gateway.Provisioning.Diagnosis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gwctl.Serving;

/// <summary>Waits at the service's pipe for gwctl. There is always an end free, so that nobody else can take the name while the service runs.</summary>
/// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
/// <param name="turns">Whose turn it is.</param>
/// <param name="worker">Looks at the machine after a job.</param>
/// <param name="lifetime">Ends the program when its service was taken back.</param>
/// <param name="clock">Says when.</param>
/// <param name="log">The event log.</param>
internal sealed class HandOverListener(string? root, Turns turns, ProvisioningWorker worker, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<HandOverListener> log) : BackgroundService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                try
                {
                    await ListenAsync(conversations, stoppingToken);
                }
                catch (RefusedException refused)
                {
                    log.CannotListen(refused.Diagnostic.ToString());
                }

                await Task.Delay(BetweenTries, clock, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ListenAsync(List<Task> conversations, CancellationToken cancel)
    {
        var free = ServicePipe.Listen(root, first: true);
        try
        {
            while (true)
            {
                var isConnected = await ConnectedAsync(free, cancel);
                var next = ServicePipe.Listen(root, first: false);
                if (isConnected)
                    conversations.Add(new Conversation(root, free, turns, worker, lifetime, log).HoldAsync(cancel));
                else
                    await free.DisposeAsync();
                free = next;
                conversations.RemoveAll(c => c.IsCompletedSuccessfully);
            }
        }
        finally
        {
            await free.DisposeAsync();
        }
    }

    // One that hangs up at once, or is somebody else, is none to talk to.
    private static async Task<bool> ConnectedAsync(NamedPipeServerStream pipe, CancellationToken cancel)
    {
        try
        {
            await pipe.WaitForConnectionAsync(cancel);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
