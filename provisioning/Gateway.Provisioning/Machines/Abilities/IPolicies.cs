using Gateway.Provisioning.Machines.Facts;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>What a domain, or whoever else sets up machines, does to all of them: policies and settings that can keep a gateway from working. They are read and never changed.</summary>
public interface IPolicies : IAbility
{
    /// <summary>The domain that the machine is a member of.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<DomainFacts> DomainAsync(CancellationToken cancel);

    /// <summary>Who may log on as a service.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<ServiceLogonFacts> ServiceLogonAsync(CancellationToken cancel);

    /// <summary>Which programs may run.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<ProgramControlFacts> ProgramControlAsync(CancellationToken cancel);

    /// <summary>What policy does to Windows PowerShell.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<PowerShellFacts> PowerShellAsync(CancellationToken cancel);

    /// <summary>When the machine goes to sleep.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<PowerFacts> PowerAsync(CancellationToken cancel);
}
