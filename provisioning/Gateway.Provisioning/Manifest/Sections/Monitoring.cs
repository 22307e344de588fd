using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>Who opens the connection to the monitoring server.</summary>
public enum MonitoringMode
{
    /// <summary>The agent connects to the server.</summary>
    Push,

    /// <summary>The server connects to the agent.</summary>
    Pull,

    /// <summary>The operator's own tool does; the product only checks that it runs.</summary>
    External,
}

/// <summary>Status monitoring by check_mk.</summary>
public sealed record Monitoring
{
    /// <summary>Sections of the agent that carry account names or message texts, and are therefore never allowed (MON-3).</summary>
    public static IReadOnlyList<string> ForbiddenSections { get; } = ["ps", "logwatch", "eventlog", "winperf_ts_sessions", "logins", "fileinfo"];

    /// <summary>Who opens the connection.</summary>
    public MonitoringMode Mode { get; init; } = MonitoringMode.Push;

    /// <summary>The monitoring server.</summary>
    public HostName Server { get; init; } = Name("atlas79.mydhp.de");

    /// <summary>Its port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 8140;

    /// <summary>The site of the monitoring server, as its operator names it. On a real machine the agent is not registered without.</summary>
    public string? Site { get; init; }

    /// <summary>The name of this machine on the monitoring server; without one its own.</summary>
    public string? RegisteredName { get; init; }

    /// <summary>SHA-256 of the certificate that the monitoring server shows when an agent registers. On a real machine the password is not given to a server that shows another, or while none is pinned.</summary>
    public Sha256Digest? ServerCertificate { get; init; }

    /// <summary>The password of the agent's registration; without one the agent stays unregistered, and MON-4 is not met.</summary>
    public SecretReference? Registration { get; init; } = Reference("secret:monitoring-registration");

    /// <summary>The account of the agent's registration.</summary>
    public string RegistrationUser { get; init; } = "gateway-registration";

    /// <summary>The sections that the agent may send: nothing that names a person (MON-3).</summary>
    public IReadOnlyList<string> Sections { get; init; } = ["check_mk", "uptime", "df", "mem", "services", "wmi_cpuload", "local"];

    /// <summary>When the scheduled task makes the nightly compliance report, on the machine's clock: drift, updates and clock are told from it.</summary>
    public ClockTime ReportAt { get; init; } = ClockTime.Of("05:30");

    /// <summary>When the checks of <c>gwctl check</c> warn and when they are critical.</summary>
    public Thresholds Thresholds { get; init; } = new();

    /// <summary>The agent's payload, by id.</summary>
    public ItemId Payload { get; init; } = ItemId.Of("check-mk-agent");

    private static HostName Name(string text) => HostName.TryRead(text, out var name) ? name : throw new FormatException(text);

    private static SecretReference Reference(string text) => SecretReference.TryRead(text, out var reference) ? reference : throw new FormatException(text);
}
