namespace Gateway.Service.Health;

/// <summary>Whether the service is whole. What degrades it is logged where it happens, and stays until a restart reconciles.</summary>
internal sealed class ServiceCondition
{
    private volatile bool degraded;

    public bool IsDegraded => degraded;

    public void Degrade() => degraded = true;
}
