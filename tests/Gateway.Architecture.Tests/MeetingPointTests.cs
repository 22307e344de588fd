using Gateway.Provisioning.Checking;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Resources.Managed;
using Gateway.Service.Alarming;
using Gateway.Service.Asking;
using Gateway.Service.Backups;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Keeping;
using Gateway.Service.Startup;
using Xunit;

namespace Gateway.Architecture.Tests;

/// <summary>Engine and service do not know each other. They meet in a rendered file and in command lines, and here each is held to what the other reads.</summary>
public sealed class MeetingPointTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gateway-meeting-").FullName;
    private readonly IReadOnlyList<Resource> resources = ApplianceResources.Declare(
        ManifestReader.Read([("appliance.json", System.Text.Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json")))], new DateOnly(2026, 11, 24)).Appliance!);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void The_service_reads_the_configuration_that_provisioning_renders()
    {
        var file = Path.Combine(root, "gateway.json");
        File.WriteAllText(file, resources.OfType<RenderedFile>().Single(f => f.Name.Text == "gateway-config").Text);
        var (settings, problems) = ConfigurationFile.Read(file, new DriveMap(root));
        Assert.Empty(problems);
        Assert.Equal("DICOMMAIL", settings!.AeTitle.ToString());
        Assert.Equal(11112, settings.DicomEndPoint.Port);
        Assert.Equal(8_000_000_000, settings.MaximumObjectBytes);
        Assert.Equal(Path.Combine(root, "E", "VISUS", "images"), settings.SpoolFolder);
        Assert.Equal(2, settings.Callers.Count);
    }

    [Fact]
    public void The_service_writes_its_events_under_the_source_that_provisioning_makes() => Assert.Equal(EventSource.Gateway, WindowsEvents.Source);

    [Fact]
    public void Names_with_quotes_and_umlauts_arrive_as_they_are()
    {
        var appliance = ManifestReader.Read(
            [("appliance.json", System.Text.Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json"))), ("o.json", """{ "site": { "name": "Klinik \"Süd\" \\ Ost" } }"""u8.ToArray())], new DateOnly(2026, 11, 24)).Appliance!;
        using var rendered = System.Text.Json.JsonDocument.Parse(GatewayConfiguration.Render(appliance));
        Assert.Equal("Klinik \"Süd\" \\ Ost", rendered.RootElement.GetProperty("site").GetString());
    }

    [Fact]
    public void Nobody_is_alarmed_and_nothing_is_sent_to_syslog_unless_the_manifest_names_whom()
    {
        var settings = Rendered("{}");
        Assert.Null(settings.Syslog);
        Assert.Null(settings.Alarms.Mail);
        Assert.Null(settings.Alarms.Webhook);
        Assert.Equal(Path.Combine(root, "D", "VISUS", "logs", "audit"), settings.Audit.Folder);
    }

    [Fact]
    public void Audit_log_and_alarms_are_as_the_manifest_says()
    {
        var settings = Rendered("""
            { "gateway": {
                "audit": { "folder": "E:\\audit", "retainDays": 730, "syslog": { "host": "syslog.site.example", "authorityFile": "D:\\VISUS\\config\\site.pem" } },
                "alarms": {
                  "emergencyMinutes": 5, "quietMinutes": 30,
                  "mail": { "host": "mail.site.example", "startTls": false, "from": "gateway@site.example", "to": [ "pacs@site.example" ] },
                  "webhook": { "url": "https://alarms.site.example/in", "tokenFile": "D:\\VISUS\\config\\token" } } } }
            """);
        Assert.Equal((Path.Combine(root, "E", "audit"), 730), (settings.Audit.Folder, settings.Audit.RetainDays));
        Assert.Equal(new SyslogSettings("syslog.site.example", 6514, Path.Combine(root, "D", "VISUS", "config", "site.pem")), settings.Syslog);
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30)), (settings.Alarms.EmergencyTime, settings.Alarms.QuietTime));
        Assert.Equal(("mail.site.example", 25, false, "gateway@site.example"), (settings.Alarms.Mail!.Host, settings.Alarms.Mail.Port, settings.Alarms.Mail.StartTls, settings.Alarms.Mail.From));
        Assert.Equal(["pacs@site.example"], settings.Alarms.Mail.To);
        Assert.Equal(new WebhookSettings(new Uri("https://alarms.site.example/in"), Path.Combine(root, "D", "VISUS", "config", "token")), settings.Alarms.Webhook);
    }

    private ServiceSettings Rendered(string overlay)
    {
        var appliance = ManifestReader.Read(
            [("appliance.json", System.Text.Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json"))), ("o.json", System.Text.Encoding.UTF8.GetBytes(overlay))], new DateOnly(2026, 11, 24)).Appliance!;
        var file = Path.Combine(root, "gateway.json");
        File.WriteAllText(file, GatewayConfiguration.Render(appliance));
        var (settings, problems) = ConfigurationFile.Read(file, new DriveMap(root));
        Assert.Empty(problems);
        return settings!;
    }

    [Fact]
    public void The_service_understands_the_command_line_of_its_windows_service()
    {
        var line = resources.OfType<WindowsService>().Single(s => s.Service.Name == "DicomMailGateway").Service.CommandLine;
        var run = Assert.IsType<CommandLine.Run>(CommandLine.Parse([.. Words(line).Skip(1), "--drives", root]));
        Assert.Equal(@"D:\VISUS\config\gateway.json", run.ConfigurationFile);
    }

    [Fact]
    public void The_service_understands_the_arguments_of_the_backup_task()
    {
        var task = resources.OfType<DailyTask>().Single(task => task.Task.Arguments.StartsWith("backup", StringComparison.Ordinal)).Task;
        var backup = Assert.IsType<CommandLine.Backup>(CommandLine.Parse(Words(task.Arguments)));
        Assert.Equal((@"E:\backup", 5, @"D:\VISUS\config\gateway.json"), (backup.To, backup.KeepDays, backup.ConfigurationFile));
        Assert.EndsWith(@"\Gateway.Service.exe", task.Execute, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provisioning_finds_the_backups_that_the_service_takes_and_believes_none_that_is_damaged()
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "backup")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "somebody else's"));
        static async Task LayAsync(string set, CancellationToken cancellation) => await File.WriteAllTextAsync(Path.Combine(set, "gateway.json"), "{}", cancellation);
        var clock = new FixedTime(new DateTimeOffset(2026, 11, 23, 1, 30, 0, TimeSpan.Zero));
        var (first, _) = await new BackupFolder(folder, clock).TakeAsync(LayAsync, null, TestContext.Current.CancellationToken);
        clock.Now += TimeSpan.FromDays(1);
        await new BackupFolder(folder, clock).TakeAsync(LayAsync, null, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(folder, "20261125T013000Z.new"));
        File.AppendAllText(Path.Combine(first, "gateway.json"), " ");
        Assert.Equal(
            [new BackupState("20261123T013000Z", clock.Now.AddDays(-1), Good: false), new BackupState("20261124T013000Z", clock.Now, Good: true)],
            BackupsInFolder.Read(folder));
        File.Delete(Path.Combine(folder, "20261124T013000Z", "gateway.json"));
        Assert.All(BackupsInFolder.Read(folder), backup => Assert.False(backup.Good));
        Assert.Empty(BackupsInFolder.Read(Path.Combine(root, "none")));
    }

    [Fact]
    public void Checks_read_every_figure_that_they_need_in_the_health_report_that_the_service_writes()
    {
        var at = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
        var report = new HealthReport(
            "healthy", "1.2.3", 1, "GATEWAY", 11112, at, new HealthCounts(1, 2, 3, 4), new SpoolHealth(5), new SendingState(true, at, "set back"), [new QueueHealth("pacs", "emergency", 1, 2, at, 3)], [],
            "GW7205", new DatabaseHealth(true, 6), new KeptHealth(null, null, null, null, null, null), [new DeadHealth("normal", 7, at)], [new VolumeState("images", 8, 9, 10.5)],
            new MailHealth(
                [new MailServerHealth("mail1", "sends not", "fetches not", at, at, true)], new CertificateHealth(true, false, at), at, new WaitingHealth(11, at), 12, [new UnconfirmedHealth("bulk", 13, at)],
                [new PartnerHealth("b", at, true, at)]),
            new WebClientHealth(false, [], null));
        var figures = GatewayFigures.Read(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(report, System.Text.Json.JsonSerializerOptions.Web))!;
        Assert.Equal(("healthy", "1.2.3", at, true, "GW7205"), (figures.Status, figures.Version, figures.StartedAt, figures.Sending.IsPaused, figures.PartnersProblem));
        Assert.Equal([new QueueFigures("emergency", 1, 2, at)], figures.Queue);
        Assert.Equal(new DatabaseFigures(true, 6), figures.Database);
        Assert.Equal([new DeadFigures("normal", 7, at)], figures.DeadLetters);
        Assert.Equal([new VolumeFigures("images", 8, 9, 10.5)], figures.Volumes);
        var mail = figures.Mail!;
        Assert.Equal([new ServerFigures("mail1", "sends not", "fetches not", at, at, true)], mail.Servers);
        Assert.Equal((new CertificateFigures(true, false, at), at, new WaitingFigures(11, at), 12), (mail.Certificate!, mail.OwnKeyUntil, mail.Inbox, mail.SetAside));
        Assert.Equal([new UnconfirmedFigures("bulk", 13, at)], mail.Unconfirmed);
        Assert.Equal([new PartnerFigures("b", at, true, at)], mail.Partners);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private static List<string> Words(string line) =>
        [.. System.Text.RegularExpressions.Regex.Matches(line, "\"[^\"]*\"|[^ ]+").Select(m => m.Value.Trim('"'))];
}
