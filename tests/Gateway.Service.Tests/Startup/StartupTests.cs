using System.Net;
using System.Net.Sockets;
using Gateway.Service.Probing;
using Gateway.Service.Startup;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Startup;

/// <summary>What a person sees when the service does not start: lines, an exit code, never a trace.</summary>
public sealed class StartupTests
{
    [Fact]
    public async Task A_wrong_configuration_is_one_line_per_problem_and_exit_78()
    {
        await using var gateway = new GatewayProcess(configuration =>
        {
            configuration["surplus"] = true;
            configuration["dicom"]!["aeTitle"] = "";
        });

        await AssertRefusalAsync(gateway, 78, "GW7003 /surplus");
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_exit_78()
    {
        await using var gateway = new GatewayProcess();
        Directory.Delete(gateway.SpoolFolder);

        await AssertRefusalAsync(gateway, 78, "GW7011 /spool/folder");
    }

    [Fact]
    public async Task A_spool_that_cannot_be_opened_is_exit_74()
    {
        await using var gateway = new GatewayProcess();
        await File.WriteAllTextAsync(
            Path.Combine(gateway.SpoolFolder, "incoming"), "a file where a folder is due", TestContext.Current.CancellationToken);

        await AssertRefusalAsync(gateway, 74, "GW7012 /spool/folder");
    }

    [Fact]
    public async Task A_dicom_port_in_use_is_exit_74()
    {
        await using var gateway = new GatewayProcess();
        using var other = new TcpListener(IPAddress.Loopback, gateway.Port);
        other.Start();

        await AssertRefusalAsync(gateway, 74, "GW7010 /dicom/port");
    }

    [Fact]
    public async Task A_health_port_in_use_is_exit_74()
    {
        await using var gateway = new GatewayProcess();
        using var other = new TcpListener(IPAddress.Loopback, gateway.HealthPort);
        other.Start();

        await AssertRefusalAsync(gateway, 74, "GW7010 /health/port");
    }

    [Fact]
    public void The_command_line_is_read_strictly()
    {
        Assert.Equal(new CommandLine.Run("a.json", "drives", Rehearsal: false), CommandLine.Parse(["--drives", "drives", "--config", "a.json"]));
        Assert.IsType<CommandLine.PrintSchema>(CommandLine.Parse(["schema"]));
        var probe = Assert.IsType<CommandLine.Probe>(CommandLine.Parse(["probe", "--certificate", "CN=DICOM-Mail Gateway", "mail1.dicommail.com:25/starttls", "mail1.dicommail.com:995/tls@127.0.0.1:10995"]));
        Assert.Equal("CN=DICOM-Mail Gateway", probe.Certificate);
        Assert.Equal([new("mail1.dicommail.com", 25, ProbeKind.StartTls, null), new("mail1.dicommail.com", 995, ProbeKind.Tls, new(IPAddress.Loopback, 10995))], probe.Targets);
        Assert.All<string[]>(
            [[], ["a b:25/tcp"], ["host:0/tcp"], ["host:70000/tcp"], ["host:25/udp"], ["host:25"], ["host/tcp"], ["host:25/tcp@"], ["host:25/tcp@127.0.0.1"], ["host:25/tcp", "--certificate", "x"], ["--certificate"], ["--certificate", "x"]],
            wrong => Assert.IsType<CommandLine.WrongUsage>(CommandLine.Parse(["probe", .. wrong])));
        Assert.IsType<CommandLine.WrongUsage>(CommandLine.Parse([]));
        Assert.IsType<CommandLine.WrongUsage>(CommandLine.Parse(["--config"]));
        Assert.IsType<CommandLine.WrongUsage>(CommandLine.Parse(["--config", "a", "--config", "b"]));
        Assert.IsType<CommandLine.WrongUsage>(CommandLine.Parse(["--config", "a", "--drives", "b", "extra"]));
        Assert.Equal(new CommandLine.Run("a.json", "d", Rehearsal: true), CommandLine.Parse(["--rehearsal", "--config", "a.json", "--drives", "d"]));
        Assert.IsType<CommandLine.WrongUsage>(CommandLine.Parse(["--rehearsal", "--rehearsal", "--config", "a.json", "--drives", "d"]));
    }

    private static async Task AssertRefusalAsync(GatewayProcess gateway, int exitCode, string start)
    {
        Assert.Equal(exitCode, await gateway.RunToEndAsync());
        var lines = gateway.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.StartsWith(start, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.StartsWith("GW70", line));
    }
}
