using System.Diagnostics;
using System.Text.Json;
using Gateway.Dicom.Part10;
using Gateway.PrivateServers;
using Gateway.Provisioning.Tests.Controls;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>A rehearsal runs the real gateway, proves it, reports it, and leaves no process behind.</summary>
public sealed class RehearsalTests
{
    private const string CtOfPydicom = "import os, pydicom.data; print(os.path.join(os.path.dirname(pydicom.data.__file__), 'test_files', 'CT_small.dcm'))";

    [Fact]
    public async Task A_rehearsal_passes_twice_in_the_same_directory_and_reports_every_control()
    {
        using var site = new Site();
        var first = (await site.RunAsync("rehearse", "--json")).With(0).Json();
        Assert.True(first.GetProperty("passed").GetBoolean());
        Assert.Empty(Signals.ProcessesOf(site.Folder));
        using var report = JsonDocument.Parse(
            await File.ReadAllBytesAsync(first.GetProperty("reportJson").GetString()!, TestContext.Current.CancellationToken));
        Assert.True(report.RootElement.GetProperty("isRehearsal").GetBoolean());
        Assert.Equal(
            RequirementsTable.Force.Keys.Concat(RequirementsTable.OurOwn).Order(),
            report.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("control").GetString()!).Order());
        Assert.True(File.Exists(first.GetProperty("report").GetString()));
        var checks = report.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("name").GetString()!, check => check.GetProperty("text").GetString()!);
        Assert.Contains("was restored for a try, 1 images in its index", checks["DICOM-Mail backup"], StringComparison.Ordinal);
        Assert.Contains("receives and sends since", checks["DICOM-Mail service"], StringComparison.Ordinal);

        var second = (await site.RunAsync("rehearse")).With(0);
        Assert.Contains("modelled", second.Output, StringComparison.Ordinal);
        Assert.Contains(".html", second.Output, StringComparison.Ordinal);
        Assert.Empty(Signals.ProcessesOf(site.Folder));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(site.Root, "E", "VISUS", "images"), "*.dicom", SearchOption.AllDirectories).Length);
    }

    [Fact(Explicit = true)]
    public async Task A_rehearsal_without_a_root_finds_itself_a_directory()
    {
        using var site = new Site();
        var ended = (await CommandLine.RunAsync("rehearse", site.Manifest, "--overlay", site.Overlay, "--json")).With(0).Json();
        var root = ended.GetProperty("root").GetString()!;
        Assert.True(File.Exists(ended.GetProperty("report").GetString()));
        Assert.DoesNotContain(CommandLine.Repository, root, StringComparison.Ordinal);
        Directory.Delete(root, recursive: true);
    }

    [Fact(Explicit = true)]
    public async Task Another_image_is_sent_and_kept_byte_for_byte()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 is not installed");
        using var site = new Site();
        var asked = await CommandLine.RunProgramAsync("/usr/bin/python3", ["-c", CtOfPydicom]);
        Assert.SkipWhen(asked.ExitCode != 0, "pydicom's test files (python3-pydicom) are not installed");
        var image = asked.Output.Trim();
        (await site.RunAsync("rehearse", "--image", image)).With(0);
        var kept = Assert.Single(Directory.GetFiles(Path.Combine(site.Root, "E", "VISUS", "images"), "*.dicom", SearchOption.AllDirectories));
        Assert.Equal(DataSetOf(image), DataSetOf(kept));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM", Explicit = true)]
    public async Task A_served_rehearsal_tells_its_endpoints_and_ends_when_it_is_told_to(string signal)
    {
        using var site = new Site();
        using var served = await ServedRehearsal.StartAsync(site);
        Assert.Equal("DICOMMAIL", served.Endpoints.GetProperty("aeTitle").GetString());
        Assert.Equal(site.DicomPort, served.Endpoints.GetProperty("dicomPort").GetInt32());
        Assert.True(File.Exists(served.Endpoints.GetProperty("report").GetString()));
        using var http = new HttpClient();
        var health = await http.GetAsync(new Uri(served.Endpoints.GetProperty("health").GetString()!), TestContext.Current.CancellationToken);
        Assert.True(health.IsSuccessStatusCode);
        AssertListensOnLoopbackOnly(site);
        Assert.False(served.Process.HasExited);

        await Signals.SendAsync(served.Process.Id, signal);
        var rest = await served.EndAsync();
        Assert.Equal(0, served.Process.ExitCode);
        Assert.Equal("", rest.Trim());
        Assert.Empty(Signals.ProcessesOf(site.Folder));
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("rollback", Explicit = true)]
    [InlineData("rehearse", Explicit = true)]
    public async Task Nobody_else_changes_a_machine_that_is_served(string command)
    {
        using var site = new Site();
        using var served = await ServedRehearsal.StartAsync(site);
        var before = Machine(site);
        (await site.RunAsync(command)).Refusing(1, "GW3001");
        Assert.Equal(before, Machine(site));
        Assert.Equal(2, Signals.ProcessesOf(site.Folder).Count);
        (await site.RunAsync("plan")).With(0);
    }

    [Fact(Explicit = true)]
    public async Task A_machine_that_was_rehearsed_is_as_it_is_when_switched_on_again()
    {
        using var site = new Site();
        (await site.RunAsync("rehearse")).With(0);
        (await site.RunAsync("plan")).With(0);
        var again = (await site.RunAsync("rehearse", "--json")).With(0).Json();
        var plan = again.GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("name").GetString() == "plan");
        Assert.StartsWith("0 to change", plan.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await site.RunAsync("rollback")).With(0); // the lock went with it
    }

    [Fact]
    public async Task A_killed_rehearsal_leaves_no_service_running()
    {
        using var site = new Site();
        using var served = await ServedRehearsal.StartAsync(site);
        Assert.Equal(2, Signals.ProcessesOf(site.Folder).Count);
        served.Process.Kill();
        await served.EndAsync();
        Assert.Empty(await Signals.LeftAfterAsync(site.Folder, TimeSpan.FromSeconds(8)));
        (await site.RunAsync("rehearse")).With(0);
    }

    [Fact]
    public async Task A_port_that_somebody_else_has_fails_the_rehearsal_in_words()
    {
        using var site = new Site();
        using var somebody = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, site.DicomPort);
        somebody.Start();
        var ended = (await site.RunAsync("rehearse")).With(1);
        var failure = ended.Output.Split('\n').Single(line => line.StartsWith("FAIL ", StringComparison.Ordinal)) + ended.Errors; // the plan names the port too
        Assert.Matches($@"error GW\d{{4}}: .*\b{site.DicomPort}\b", failure);
        Assert.Empty(await Signals.LeftAfterAsync(site.Folder, TimeSpan.FromSeconds(5)));
    }

    [Fact(Explicit = true)]
    public async Task A_full_rehearsal_sends_its_mail_through_real_servers_and_says_what_is_none()
    {
        using var site = new Site();
        var steps = (await site.RunAsync("rehearse", "--full", "--json")).With(0).Json().GetProperty("steps").EnumerateArray();
        var mail = steps.Single(step => step.GetProperty("name").GetString() == "mail").GetProperty("detail").GetString();
        Assert.Contains(MailNetwork.WhyNot is { } noMail ? $"modelled by a folder, for {noMail}" : "6 relays of a private Postfix and a private Dovecot, each site by its certificate", mail, StringComparison.Ordinal);
        Assert.Contains(MariaDbServer.WhyNot is { } noDatabase ? $"SQLite, for {noDatabase}" : "a private MariaDB at both", mail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KILL", Explicit = true)]
    [InlineData("INT", Explicit = true)]
    public async Task A_full_rehearsal_that_is_ended_leaves_no_server_running(string signal)
    {
        Assert.SkipWhen(MailNetwork.WhyNot is not null, MailNetwork.WhyNot ?? "");
        using var site = new Site();
        var before = Servers();
        using var rehearsal = Process.Start(new ProcessStartInfo(CommandLine.Program, ["rehearse", site.Manifest, "--overlay", site.Overlay, "--root", site.Root, "--full"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = rehearsal.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        _ = rehearsal.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        while (!Servers().Except(before).Any(line => line.Contains("dovecot", StringComparison.Ordinal)) && clock.Elapsed < TimeSpan.FromSeconds(120))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.False(rehearsal.HasExited);
        await Signals.SendAsync(rehearsal.Id, signal);
        await rehearsal.WaitForExitAsync(TestContext.Current.CancellationToken);
        for (clock.Restart(); Servers().Except(before).Any() && clock.Elapsed < TimeSpan.FromSeconds(60);)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Empty(Servers().Except(before));
    }

    // Postfix's master is known by where it stands, the others by their files.
    private static HashSet<string> Servers()
    {
        string[] folders = [Path.Combine(Path.GetTempPath(), "gateway-mail-"), Path.Combine(Path.GetTempPath(), "gateway-mariadb-")];
        var standing = Directory.GetDirectories("/proc").Select(process => new FileInfo(Path.Combine(process, "cwd")).LinkTarget ?? "");
        return [.. folders.SelectMany(folder => standing.Where(place => place.StartsWith(folder, StringComparison.Ordinal)).Concat(Signals.ProcessesOf(folder)))];
    }

    private static void AssertListensOnLoopbackOnly(Site site)
    {
        string[] everywhere = ["00000000", new string('0', 32)];
        var listening = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 3 && fields[3] == "0A")
            .Select(fields => fields[1].Split(':'))
            .Where(address => new[] { site.DicomPort, site.HealthPort }.Contains(Convert.ToInt32(address[1], 16)))
            .ToList();
        Assert.NotEmpty(listening);
        Assert.DoesNotContain(listening, address => everywhere.Contains(address[0]));
    }

    private static byte[] DataSetOf(string path)
    {
        using var file = File.OpenRead(path);
        var header = Part10Header.Read(file);
        var bytes = File.ReadAllBytes(path);
        return bytes[(int)header.DataSetOffset..];
    }

    // The gateway that runs meanwhile keeps its own index, and says every ten seconds that it lives.
    private static IEnumerable<string> Machine(Site site) => site.Listing().Where(entry =>
        !entry.StartsWith("D/VISUS/data/index.db", StringComparison.Ordinal) && !entry.StartsWith("D/VISUS/data/witness.json", StringComparison.Ordinal));
}
