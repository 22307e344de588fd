using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Tests.Controls;

/// <summary>For each control a recorded machine that meets it and one, different in one fact, that does not. Where the fact is a person's word, it is one entry of the manifest.</summary>
/// <param name="Control">The control.</param>
/// <param name="Overlay">The site's manifest over the default one.</param>
/// <param name="Differs">What is different, in words.</param>
/// <param name="FailingOverlay">The manifest of the failing one, when that is where the difference lies.</param>
/// <param name="Failing">The facts of the failing one, from those of the meeting one.</param>
internal sealed record RecordedMachines(string Control, string Differs, Func<MachineFacts, MachineFacts> Failing, string? Overlay = null, string? FailingOverlay = null)
{
    private const string Root = "3f1c5a1f8f5b6f0a4d1b8f3e0a7c9d2e5b4a6f7081929a3b4c5d6e7f80910203";
    private const string Pinned = $$"""{ "mail": { "authority": { "sha256": "{{Root}}" } } }""";
    private const string AnyDesk = """{ "remoteAccess": { "kind": "cgmAnyDesk", "clientService": "AnyDesk", "clientBuild": "CGM" }, "attestations": [] , "enforce": { "SEC-4": "warn" } }""";

    public static IReadOnlyList<RecordedMachines> All { get; } =
    [
        new("OS-1", "build 26100 of a server: Server 2025", f => f with { OperatingSystem = f.OperatingSystem! with { Build = 26100 } }),
        new("OS-2", "a restart is pending", f => f with { Updates = f.Updates! with { PendingRestart = true } }),
        new("OS-3", "no local check", f => f with { Monitoring = f.Monitoring! with { LocalChecks = [] } }),
        new("OS-4", "our service's program lies on C:", f => f with { Services = [.. f.Services!.Select(s => s.Name == "DicomMailGateway" ? s with { CommandLine = @"""C:\Gateway\Gateway.Service.exe""" } : s)] }),
        new("HW-1", "4 cores", f => f with { Hardware = f.Hardware! with { CpuCores = 4 } }),
        new("HW-2", "16 GiB", f => f with { Hardware = f.Hardware! with { MemoryBytes = 16L << 30 } }),
        new("HW-3", "D: of 40 GB", f => f with { Volumes = Volume(f, "D:", v => v with { SizeBytes = 40_000_000_000 }) }),
        new("HW-4", "E: of 150 GB", f => f with { Volumes = Volume(f, "E:", v => v with { SizeBytes = 150_000_000_000 }) }),
        new("HW-5", "a container", f => f with { Hardware = f.Hardware! with { Platform = Platform.Container } }),
        new("HW-6", "E: is a removable disk", f => f with { Volumes = Volume(f, "E:", v => v with { Kind = VolumeKind.Removable }) }),
        new("SEC-1", "an FTP server listens", f => f with { Listeners = [.. f.Listeners!, new ListenerState(TransportProtocol.Tcp, "0.0.0.0", 21, "ftpsvc")] }),
        new("SEC-2", "a share", f => f with { Shares = [.. f.Shares!, new ShareState("images", @"E:\VISUS\images", false)] }),
        new("SEC-3", "nobody attested it", f => f, FailingOverlay: Without("SEC-3")),
        new("SEC-4", "nobody attested it", f => f, FailingOverlay: Without("SEC-4")),
        new("BAK-1", "the last run ended with 1", f => f with { ScheduledTasks = [.. f.ScheduledTasks!.Select(t => t with { LastResult = 1 })] }),
        new("BAK-2", "a backup of 9 days ago", f => f with { Backups = [.. f.Backups!, new BackupState("old", Rehearsed.Now.AddDays(-9), true)] }),
        new("BAK-3", "the task copies nowhere", f => f with { ScheduledTasks = [.. f.ScheduledTasks!.Select(t => t with { Arguments = "backup" })] }, Overlay: """{ "backup": { "copyTo": "\\\\nas\\backup" } }"""),
        new("AV-1", "signatures 12 days old", f => f with { Antivirus = f.Antivirus! with { Products = [.. f.Antivirus.Products.Select(p => p with { SignatureAgeDays = 12 })] } }),
        new("AV-2", "the image folder is not excluded", f => Unexcluded(f, @"E:\VISUS\images")),
        new("AV-3", "the program folder is not excluded", f => Unexcluded(f, @"D:\VISUS")),
        new("AV-4", "the gateway's process is not excluded", f => Unexcluded(f, $@"D:\VISUS\gateway\{ProductVersion.Text}\Gateway.Service.exe")),
        new("AV-5", ".dicom is not excluded", f => Unexcluded(f, ".dicom"), Overlay: """{ "antivirus": { "mode": "extensions" } }"""),
        new("NET-1", "mail4 does not answer on 25", f => f.Probe("mail4.dicommail.com", 25, p => p with { Connected = false, Tls = null, Failure = new("Verbindung abgelehnt", "connection refused") })),
        new("NET-2", "mail2 does not answer on 995", f => f.Probe("mail2.dicommail.com", 995, p => p with { Connected = false, Tls = null, Failure = new("Verbindung abgelehnt", "connection refused") })),
        new("NET-3", "the certificate has no private key", f => f with { Certificates = [.. f.Certificates!.Select(c => c with { HasPrivateKey = false })] }, Overlay: Pinned),
        new("NET-4", "mail1 shows a proxy's certificate", f => f.Probe("mail1.dicommail.com", 995, p => p with { Issuer = "CN=Hospital Web Proxy CA", RootSha256 = new string('a', 64) }), Overlay: Pinned),
        new("MON-1", "the agent's service is stopped", f => f with { Services = [.. f.Services!.Select(s => s.Name == "CheckMkService" ? s with { Running = false } : s)] }),
        new("MON-2", "the monitoring server does not answer", f => f.Probe("atlas79.mydhp.de", 8140, p => p with { Connected = false, Failure = new("keine Antwort", "timed out") })),
        new("MON-3", "the agent also sends ps", f => f with { Monitoring = f.Monitoring! with { Sections = [.. f.Monitoring.Sections, "ps"] } }, Overlay: External),
        new("MON-4", "the agent answers unencrypted", f => f with { Monitoring = f.Monitoring! with { Encrypted = false } }),
        new("CLI-1", "the web client is not served", f => f with { Gateway = f.Gateway! with { WebClientServed = false } }),
        new("CLI-2", "never tested in Firefox", f => f with { Gateway = f.Gateway! with { TestedBrowsers = ["Chromium 156"] } }),
        new("CLI-3", "900 MB at the client", f => f with { Gateway = f.Gateway! with { ClientMemoryBytes = 900_000_000 } }),
        new("REM-1", "the free AnyDesk", f => f with { Services = [.. f.Services!.Select(s => s.Name == "AnyDesk" ? s with { DisplayName = "AnyDesk Service" } : s)] }, Overlay: AnyDesk),
        new("REM-2", "nobody attested it", f => f, FailingOverlay: Without("REM-2")),
        new("X-TIME", "no time source", f => f with { Time = f.Time! with { Source = null } }),
        new("X-CERT", "the certificate ends in 20 days", f => f with { Certificates = [.. f.Certificates!.Select(c => c with { NotAfter = Rehearsed.Now.AddDays(20) })] }),
        new("X-REST", "E: is not encrypted", f => f with { Volumes = Volume(f, "E:", v => v with { Encrypted = false }) }),
        new("X-TLS", "mail3 negotiates TLS 1.1", f => f.Probe("mail3.dicommail.com", 995, p => p with { Tls = "TLS 1.1" })),
        new("X-DOM", "a policy took the right to log on as a service from NT SERVICE\\ALL SERVICES", f => f with { ServiceLogon = new ServiceLogonFacts(["S-1-5-20"], []) }),
        new("X-APP", "AppLocker's default rules are enforced", f => f with { ProgramControl = f.ProgramControl! with { AppLockerServiceRuns = true, AppLocker = [DefaultRules("Exe")] } }),
        new("X-PWR", "it sleeps after 30 minutes", f => f with { Power = new PowerFacts(true, 1800, true, 0) }),
        new("X-RET", "an image of 31 days ago", f => f with { Gateway = f.Gateway! with { Kept = f.Gateway.Kept! with { OldestImage = Rehearsed.Now.AddDays(-31) } } }),
        new("X-LOG", "the audit log was last written before the gateway started", f => f with { Gateway = f.Gateway! with { Kept = f.Gateway.Kept! with { AuditWrittenAt = Rehearsed.Now.AddDays(-11) } } }),
        new("X-DIN", "the partner never signed for a test image", f => f with { Gateway = f.Gateway! with { FunctionChecks = [f.Gateway.FunctionChecks![0] with { ProvedAt = null }] } }, Overlay: InTheNetwork),
        new("X-DPA", "nobody attested it", f => f, FailingOverlay: Without("X-DPA")),
    ];

    private const string InTheNetwork = """{ "mail": { "address": "gateway@example-hospital.example" } }""";

    private static DateOnly Today => DateOnly.FromDateTime(Rehearsed.Now.UtcDateTime);

    // With an agent of the operator's own its configuration file is not ours, and what it sends is what the record says.
    private const string External = """{ "monitoring": { "mode": "external" } }""";

    /// <summary>AppLocker's default rules, enforced: they let programs below Windows and Program Files run, and anything for administrators ("Executable rules in AppLocker", Microsoft Learn).</summary>
    public static AppLockerCollection DefaultRules(string name) => new(
        name, PolicyMode.Enforced, [new(true, "S-1-1-0", @"%PROGRAMFILES%\*", []), new(true, "S-1-1-0", @"%WINDIR%\*", []), new(true, "S-1-5-32-544", "*", [])], 0);

    /// <summary>What a machine has after it was built and has run for some nights, beyond what apply does.</summary>
    public static MachineFacts AfterSomeNights(MachineFacts built) => built with
    {
        ScheduledTasks = [.. built.ScheduledTasks!.Select(t => t with { RegisteredAt = Rehearsed.Now.AddDays(-10), LastRun = Rehearsed.Now.AddHours(-9), LastResult = 0 })],
        Backups = [.. Enumerable.Range(0, 5).Select(day => new BackupState($"night-{day}", Rehearsed.Now.AddHours(-9).AddDays(-day), true))],
        Gateway = new GatewayHealthState("healthy", "0.1.0", "DICOMMAIL", true, ["Chromium 156", "Firefox 140"], 410_000_000)
        {
            StartedAt = Rehearsed.Now.AddDays(-10),
            FunctionChecks = [new LineCheckState("maximum-care", Rehearsed.Now.AddHours(-2), Rehearsed.Now.AddHours(-2))],
            Kept = new KeptState(Rehearsed.Now.AddMinutes(-2), Rehearsed.Now.AddDays(-29), Rehearsed.Now.AddDays(-7), Today.AddDays(-30), Today.AddDays(-60), Rehearsed.Now.AddHours(-3)),
        },
        Monitoring = built.Monitoring! with { Registered = true, Encrypted = true, Server = "atlas79.mydhp.de:8140", Sections = ["check_mk", "uptime", "df"], LocalChecks = ["DICOM-Mail updates"] },
        Services =
        [
            .. built.Services!.Where(s => s.Name != "CheckMkService"),
            new ServiceState("CheckMkService", "Checkmk Service", @"""C:\Program Files (x86)\checkmk\service\check_mk_agent.exe""", "LocalSystem", ServiceStart.Automatic, true, [], true, "2.3"),
            new ServiceState("AnyDesk", "CGM AnyDesk Service", @"""C:\Program Files (x86)\AnyDesk\AnyDesk.exe"" --service", "LocalSystem", ServiceStart.Automatic, true, [], true),
        ],
    };

    public override string ToString() => $"{Control}: {Differs}";

    private static string Without(string control)
    {
        var kept = Rehearsed.DefaultAppliance().Attestations.Where(a => a.Control.Text != control);
        return System.Text.Json.JsonSerializer.Serialize(new { attestations = kept }, ManifestJson.Compact);
    }

    private static IReadOnlyList<VolumeFacts> Volume(MachineFacts facts, string drive, Func<VolumeFacts, VolumeFacts> change) =>
        [.. facts.Volumes!.Select(v => v.Drive == drive ? change(v) : v)];

    private static MachineFacts Unexcluded(MachineFacts facts, string value)
    {
        Xunit.Assert.Contains(facts.Antivirus!.Exclusions, e => e.Value == value);
        return facts with { Antivirus = facts.Antivirus with { Exclusions = [.. facts.Antivirus.Exclusions.Where(e => e.Value != value)] } };
    }
}
