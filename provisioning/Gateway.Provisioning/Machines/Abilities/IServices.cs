using System.Text.Json.Serialization;
using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Windows services.</summary>
public interface IServices : IAbility
{
    /// <summary>Why delayed start and failure actions cannot be known on this machine, or null when they can.</summary>
    Wording? WhyRecoveryUnknown { get; }

    /// <summary>The service that this program runs as, or null: it is not stopped in the middle of what it does.</summary>
    string? Own { get; }

    /// <summary>Whether that service was deleted: Windows forgets it once this program has ended.</summary>
    bool IsOwnDeleted { get; }

    /// <summary>Every service.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<ServiceState>> ReadAsync(CancellationToken cancel);

    /// <summary>Creates a service or changes its configuration; does not start it.</summary>
    /// <param name="service">The service; <see cref="ServiceState.Running"/> and version are not looked at.</param>
    /// <param name="cancel">Cancels.</param>
    Task ConfigureAsync(ServiceState service, CancellationToken cancel);

    /// <summary>Stops and deletes a service; nothing happens when there is none. The program's own is deleted without being stopped.</summary>
    /// <param name="name">Service name.</param>
    /// <param name="cancel">Cancels.</param>
    Task DeleteAsync(string name, CancellationToken cancel);

    /// <summary>Starts a service and waits until it runs.</summary>
    /// <param name="name">Service name.</param>
    /// <param name="cancel">Cancels.</param>
    Task StartAsync(string name, CancellationToken cancel);

    /// <summary>Stops a service and waits until it has stopped.</summary>
    /// <param name="name">Service name.</param>
    /// <param name="cancel">Cancels.</param>
    Task StopAsync(string name, CancellationToken cancel);
}

/// <summary>When a service starts.</summary>
public enum ServiceStart
{
    /// <summary>With the machine.</summary>
    Automatic,

    /// <summary>Shortly after the machine.</summary>
    DelayedAutomatic,

    /// <summary>On demand.</summary>
    Manual,

    /// <summary>Never.</summary>
    Disabled,
}

/// <summary>A Windows service as the service control manager knows it.</summary>
/// <param name="Name">Service name.</param>
/// <param name="DisplayName">Display name.</param>
/// <param name="CommandLine">Program with its arguments (<c>lpBinaryPathName</c>); empty in recorded facts when it is not the appliance's service.</param>
/// <param name="Account">Account (<c>NT SERVICE\name</c>, <c>LocalSystem</c>); empty in recorded facts when it is not the appliance's service.</param>
/// <param name="Start">When it starts.</param>
/// <param name="RestartOnFailure">Whether the service control manager restarts it after a failure.</param>
/// <param name="DependsOn">Services that must run first.</param>
/// <param name="Running">Whether it runs.</param>
/// <param name="Version">Version of its program, where known.</param>
public sealed record ServiceState(
    string Name,
    string DisplayName,
    string CommandLine,
    string Account,
    ServiceStart Start,
    bool RestartOnFailure,
    IReadOnlyList<string> DependsOn,
    bool Running,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Version = null)
{
    /// <summary>Why nobody may read its configuration, or null; then only names and whether it runs are known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unreadable { get; init; }
}
