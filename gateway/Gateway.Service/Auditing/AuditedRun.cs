using Gateway.Service.Configuration;

namespace Gateway.Service.Auditing;

/// <summary>Audits that the service starts, before all else of it does, and that it stops, after all else has.</summary>
internal sealed class AuditedRun(AuditLog audit, ServiceSettings settings) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        audit.Write(AuditMessages.Activity(starts: true, settings, audit.Now));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        audit.Write(AuditMessages.Activity(starts: false, settings, audit.Now));
        return Task.CompletedTask;
    }
}
