using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines;

/// <summary>What is acted on, split by ability. The shape is Windows'; nothing above this line asks which system it runs on.</summary>
public interface IMachine : IAsyncDisposable
{
    /// <summary>Its name in plans and reports.</summary>
    string Name { get; }

    /// <summary>Whether this is a rehearsal: whatever holds on it is <c>rehearsed</c>, never <c>met</c>.</summary>
    bool IsRehearsal { get; }

    /// <summary>The folder of the running system where the product's own state lies (<c>D:\VISUS\state</c> of the machine).</summary>
    string StateRoot { get; }

    /// <summary>Makes the state root with its protected access rights; what is there stays.</summary>
    void EnsureStateRoot();

    /// <summary>What was asked before is forgotten: the next questions go to the machine itself. A look at the machine begins so, and so does each change: within
    /// one look many resources share an answer, and no answer outlives it.</summary>
    void LookAfresh();

    /// <summary>What the machine is: system, hardware, volumes, updates, clock.</summary>
    IMachineFacts Facts { get; }

    /// <summary>The virtual machine's generation, by which one notices that it was set back.</summary>
    IGeneration Generation { get; }

    /// <summary>Folders, files and their access rights.</summary>
    IFiles Files { get; }

    /// <summary>The registry below HKEY_LOCAL_MACHINE.</summary>
    IRegistry Registry { get; }

    /// <summary>Windows services.</summary>
    IServices Services { get; }

    /// <summary>The firewall.</summary>
    IFirewall Firewall { get; }

    /// <summary>The virus scanner.</summary>
    IAntivirus Antivirus { get; }

    /// <summary>Scheduled tasks.</summary>
    IScheduledTasks ScheduledTasks { get; }

    /// <summary>Third-party packages.</summary>
    IPackages Packages { get; }

    /// <summary>Certificates of the machine store.</summary>
    ICertificates Certificates { get; }

    /// <summary>Drive shares.</summary>
    IShares Shares { get; }

    /// <summary>Names, listeners and probes.</summary>
    INetwork Network { get; }

    /// <summary>The monitoring agent.</summary>
    IMonitoringAgent MonitoringAgent { get; }

    /// <summary>What a domain does to its machines.</summary>
    IPolicies Policies { get; }

    /// <summary>Where secrets lie; only whether they can be reached.</summary>
    ISecrets Secrets { get; }

    /// <summary>The running gateway.</summary>
    IGatewayHealth Gateway { get; }
}
