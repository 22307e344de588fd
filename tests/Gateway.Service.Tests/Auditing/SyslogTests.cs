using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Auditing;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Syslogging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Service.Tests.Auditing;

/// <summary>Audit messages on their way to a syslog server that speaks TLS.</summary>
public sealed partial class SyslogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gateway-syslog-").FullName;
    private readonly TestAuthority authority = new("Authority of the site");
    private readonly int port = Dcmtk.FreePort();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_arrive_framed_and_in_order_and_are_those_of_the_file()
    {
        await using var server = new SyslogServer(authority, port);
        using var file = File();
        using var sender = Sender(authority, file);
        await sender.StartAsync(Cancellation);
        var log = new AuditLog(file, sender, new AuditSource("Süd", "DICOMMAIL"), TimeProvider.System);

        foreach (var number in new[] { "1", "2", "3" })
            log.Write(Message(number));
        var came = await server.HasAsync(3, Cancellation);
        await sender.StopAsync(Cancellation);

        Assert.All(came, message => Assert.Matches(Rfc5424(), message));
        Assert.Equal(FileLines(), came.Select(message => message[(message.IndexOf('\uFEFF', StringComparison.Ordinal) + 1)..]));
        Assert.Equal(["1", "2", "3"], FileLines().Select(line => (string)AuditSchema.Valid(line).Element("ActiveParticipant")!.Attribute("UserID")!));
    }

    [Fact]
    public async Task A_server_of_another_authority_gets_nothing_and_is_a_security_alert()
    {
        using var stranger = new TestAuthority("Authority of a stranger");
        await using var server = new SyslogServer(stranger, port);
        using var file = File();
        using var sender = Sender(authority, file);
        await sender.StartAsync(Cancellation);
        new AuditLog(file, sender, new AuditSource("Süd", "DICOMMAIL"), TimeProvider.System).Write(Message("1"));

        await Running.Eventually.HoldsAsync(() => Task.FromResult(FileLines().Length == 2));
        await sender.StopAsync(Cancellation);

        Assert.Empty(server.Messages);
        var alert = AuditSchema.Valid(FileLines()[1]);
        Assert.Equal(("110113", "110126"), ((string)alert.Descendants("EventID").Single().Attribute("csd-code")!, (string)alert.Descendants("EventTypeCode").Single().Attribute("csd-code")!));
    }

    [Fact]
    public async Task What_was_written_while_the_server_was_away_arrives_when_it_is_back()
    {
        using var file = File();
        using var sender = Sender(authority, file);
        var log = new AuditLog(file, sender, new AuditSource("Süd", "DICOMMAIL"), TimeProvider.System);
        await sender.StartAsync(Cancellation);
        log.Write(Message("1"));
        log.Write(Message("2"));

        await using (var server = new SyslogServer(authority, port))
            await server.HasAsync(2, Cancellation);
        await using var again = new SyslogServer(authority, port);
        while (again.Messages.IsEmpty)
        {
            log.Write(Message("3")); // what is under way while the connection breaks may be lost
            await Task.Delay(50, Cancellation);
        }

        Assert.Contains("UserID=\"3\"", (await again.HasAsync(1, Cancellation))[0], StringComparison.Ordinal);
        await sender.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_gateway_sends_its_start_its_alarms_and_as_its_last_word_its_stop()
    {
        await using var server = new SyslogServer(authority, port);
        await using var gateway = new Running.GatewayProcess(configuration => configuration["syslog"] = JsonNode.Parse(
            $$"""{ "host": "localhost", "port": {{port}}, "authorityFile": "D:\\VISUS\\data\\site.pem" }"""));
        gateway.Lay("site.pem", authority.Pem);
        await gateway.StartAsync();
        var image = new CtPhantom(1).ToFile();
        await gateway.StoreFileAsync(image);
        await gateway.StoreFileAsync([.. image[..^1], (byte)(image[^1] ^ 1)]);
        while (!server.Messages.Any(message => message.Contains(" GW8004 - ", StringComparison.Ordinal)))
            await Task.Delay(50, Cancellation);
        await gateway.StopAsync();
        var audited = gateway.AuditLines();
        var came = await server.HasAsync(audited.Count + 1, Cancellation);

        Assert.Equal(audited, came.Where(message => message.Contains("DICOM+RFC3881", StringComparison.Ordinal)).Select(message => message[(message.IndexOf('\uFEFF', StringComparison.Ordinal) + 1)..]));
        Assert.Contains("\"110121\"", came[^1], StringComparison.Ordinal);
        Assert.StartsWith("<27>1 ", Assert.Single(came, message => message.Contains(" GW8004 - ", StringComparison.Ordinal)), StringComparison.Ordinal); // daemon, error
    }

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex(@"^<(85|84)>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \S+ Gateway\.Service \d+ DICOM\+RFC3881 - \uFEFF<AuditMessage>.*</AuditMessage>$")]
    private static partial Regex Rfc5424();

    private AuditFile File() => new(new AuditSettings(folder, 10), new ServiceCondition(), TimeProvider.System, NullLogger<AuditFile>.Instance);

    private SyslogSender Sender(TestAuthority trusted, AuditFile file)
    {
        var pem = Path.Combine(folder, "authority.pem");
        System.IO.File.WriteAllText(pem, trusted.Pem);
        return new SyslogSender(new SyslogSettings("localhost", port, pem), file, new AuditSource("Süd", "DICOMMAIL"), TimeProvider.System, NullLogger<SyslogSender>.Instance);
    }

    private string[] FileLines() => [.. Directory.GetFiles(folder, "audit-*.log").SelectMany(Running.GatewayProcess.LinesOf)];

    private static AuditMessage Message(string user) => new()
    {
        Event = AuditCode.ApplicationActivity,
        Type = AuditCode.ApplicationStart,
        Action = AuditAction.Execute,
        At = DateTimeOffset.UtcNow,
        Participants = [new AuditParticipant(user, IsRequestor: false, AuditCode.Application, "DICOMMAIL", null)],
    };
}
