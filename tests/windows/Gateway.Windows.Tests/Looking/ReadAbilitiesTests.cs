using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Xunit;

namespace Gateway.Windows.Tests.Looking;

/// <summary>What the product reads of services, firewall, scanner, shares, listeners and certificates, held against Windows' own tools. Changes nothing but two sockets of its own.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public class ReadAbilitiesTests
{
    private const string Everyone = "Get-CimInstance Win32_Service | Where-Object PathName | Select-Object Name, DisplayName, PathName, StartMode, StartName, DelayedAutoStart, State";

    [Fact]
    public async Task Services_are_configured_as_Win32_Service_says()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var before = (await WindowsTool.AskAsync(Everyone, cancel)).ToDictionary(s => (string)s["Name"]!, StringComparer.OrdinalIgnoreCase);
        var read = (await machine.Services.ReadAsync(cancel)).ToDictionary(s => s.Name, StringComparer.OrdinalIgnoreCase);
        var after = (await WindowsTool.AskAsync(Everyone, cancel)).ToDictionary(s => (string)s["Name"]!, StringComparer.OrdinalIgnoreCase);
        var wrong = new List<string>();

        // What somebody changed while we looked is not compared.
        foreach (var (name, told) in before.Where(s => after.TryGetValue(s.Key, out var later) && later.ToJsonString() == s.Value.ToJsonString()))
        {
            if (!read.TryGetValue(name, out var service))
            {
                wrong.Add($"{name} is missing");
                continue;
            }

            if (service.Running != ((string)told["State"]! == "Running"))
                wrong.Add($"{name} is {told["State"]}, read as running: {service.Running}");
            if (service.Unreadable is not null)
                continue;
            Differs("start", (string)told["StartMode"]! switch { "Auto" => (bool)told["DelayedAutoStart"]! ? "DelayedAutomatic" : "Automatic", "Disabled" => "Disabled", _ => "Manual" }, service.Start.ToString());
            Differs("command line", (string)told["PathName"]!, Environment.ExpandEnvironmentVariables(service.CommandLine)); // WMI shows it with its variables replaced
            if ((string?)told["StartName"] is { } account)
                Differs("account", account, service.Account);

            void Differs(string what, string expected, string found)
            {
                if (!expected.Equals(found, StringComparison.OrdinalIgnoreCase))
                    wrong.Add($"{name}: {what} is {expected}, read as {found}");
            }
        }

        Assert.True(before.Count > 20, "Windows has more services than that");
        Assert.Equal("", string.Join("\n", wrong));
    }

    [Fact]
    public async Task Firewall_profiles_are_those_of_the_active_store()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var told = await WindowsTool.AskAsync(
            """
            Get-NetFirewallProfile -PolicyStore ActiveStore | ForEach-Object {
              [pscustomobject]@{ Name = "$($_.Name)"; Enabled = "$($_.Enabled)"; In = "$($_.DefaultInboundAction)"; Out = "$($_.DefaultOutboundAction)" } }
            """, cancel);
        var read = (await machine.Firewall.ReadAsync("nobody's group", cancel)).Profiles;
        Assert.Equal(
            told.Select(p => new FirewallProfile((string)p["Name"]!, (string)p["Enabled"]! == "True", (string)p["In"]! != "Allow", (string)p["Out"]! == "Block")).OrderBy(p => p.Name, StringComparer.Ordinal),
            read.OrderBy(p => p.Name, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Defender_protects_or_does_not_as_it_says_itself()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var told = (await WindowsTool.AskAsync(
            """
            if ((Get-Service WinDefend -ErrorAction Ignore).Status -eq 'Running') {
              $status = Get-MpComputerStatus
              $preference = Get-MpPreference
              [pscustomobject]@{
                Mode = "$($status.AMRunningMode)"
                Protects = $status.AMServiceEnabled -and $status.AntivirusEnabled -and $status.RealTimeProtectionEnabled
                Age = $status.AntivirusSignatureAge
                Folders = @($preference.ExclusionPath | Where-Object { $_ })
              }
            }
            """, cancel)).SingleOrDefault();
        var isPrimary = told is not null && (string)told["Mode"]! is "" or "Normal";
        AntivirusState read;
        try
        {
            read = await machine.Antivirus.ReadAsync(cancel);
        }
        catch (NotAssessableException e)
        {
            Assert.False(isPrimary, e.Why.English); // only where Defender is not this machine's scanner can nobody say
            return;
        }

        var defender = read.Products.SingleOrDefault(p => p.Name == "Microsoft Defender");
        Permission.Skip(told is null ? "Microsoft Defender does not run on this machine" : null);
        Assert.Equal(isPrimary && (bool)told!["Protects"]!, defender!.Active);
        if ((long)told!["Age"]! is >= 0 and < uint.MaxValue and var age)
            Assert.Equal((int?)age, defender.SignatureAgeDays);
        var folders = told["Folders"]!.AsArray().Select(f => (string)f!).Where(f => !f.Contains('%', StringComparison.Ordinal)).ToList();
        if (defender.ExclusionsReadable && read.ExclusionsUnread is null && !read.ExclusionsLocked)
            Assert.Empty(folders.Except(read.Exclusions.Where(e => e.Kind == ExclusionKind.Folder).Select(e => e.Value), StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Shares_are_those_of_Win32_Share_and_Windows_own_are_told_apart_by_their_type()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();

        // "Win32_Share class", Type: 2147483648 and above are administrative.
        var told = await WindowsTool.AskAsync("Get-CimInstance Win32_Share | ForEach-Object { [pscustomobject]@{ Name = $_.Name; Path = \"$($_.Path)\"; Own = [uint32]$_.Type -ge 2147483648 } }", cancel);
        var read = await machine.Shares.ReadAsync(cancel);
        Assert.Equal(
            told.Select(s => new ShareState((string)s["Name"]!, (string)s["Path"]!, (bool)s["Own"]!)).OrderBy(s => s.Name, StringComparer.Ordinal),
            read.OrderBy(s => s.Name, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Listeners_are_those_of_the_TCP_table_and_belong_to_their_processes()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        using var version4 = new TcpListener(IPAddress.Loopback, 0);
        using var version6 = new TcpListener(IPAddress.IPv6Loopback, 0);
        using var datagrams = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        version4.Start();
        version6.Start();
        var before = await ListeningAsync(cancel);
        var read = await machine.Network.ListenersAsync(cancel);
        var after = await ListeningAsync(cancel);
        Assert.Empty(before.Intersect(after).Except(read.Where(l => l.Protocol == TransportProtocol.Tcp).Select(l => l.Port)));

        using var us = System.Diagnostics.Process.GetCurrentProcess();
        foreach (var (protocol, ours) in new[] { (TransportProtocol.Tcp, (IPEndPoint)version4.LocalEndpoint), (TransportProtocol.Tcp, (IPEndPoint)version6.LocalEndpoint), (TransportProtocol.Udp, (IPEndPoint)datagrams.Client.LocalEndPoint!) })
            Assert.Contains(new ListenerState(protocol, ours.Address.ToString(), ours.Port, us.ProcessName), read);
    }

    [Fact]
    public async Task Certificates_are_those_of_the_machines_store()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var told = await WindowsTool.AskAsync(@"Get-ChildItem Cert:\LocalMachine\My | ForEach-Object { [pscustomobject]@{ Subject = $_.Subject; Key = $_.HasPrivateKey; Until = $_.NotAfter.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss') } }", cancel);
        var read = await machine.Certificates.ReadAsync(cancel);
        Assert.Equal(
            told.Select(c => ((string)c["Subject"]!, (bool)c["Key"]!, (string)c["Until"]!)).Order(),
            read.Select(c => (c.Subject, c.HasPrivateKey, c.NotAfter.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture))).Order());
    }

    [Fact]
    public async Task The_registry_is_read_in_its_64_bit_view()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        const string Key = @"SOFTWARE\Microsoft\Windows\CurrentVersion";
        var read = machine.Registry.Read(Key, "ProgramFilesDir");
        Assert.Contains($"{read!.Text}", await WindowsTool.MustAsync("reg", cancel, "query", $@"HKLM\{Key}", "/v", "ProgramFilesDir", "/reg:64"), StringComparison.Ordinal);
        Assert.EndsWith(@"\Program Files", read.Text, StringComparison.Ordinal); // the 32-bit view has "Program Files (x86)" here
        Assert.Null(machine.Registry.Read(Key, "There is no such value"));
        Assert.Null(machine.Registry.Read(@"SOFTWARE\There is no such key", ""));
    }

    // Listening sockets of a person's programs come and go: only ports below the dynamic ones are compared.
    private static async Task<IReadOnlyList<int>> ListeningAsync(CancellationToken cancel) =>
        [.. (await WindowsTool.AskAsync("Get-NetTCPConnection -State Listen | Select-Object -ExpandProperty LocalPort -Unique | ForEach-Object { [pscustomobject]@{ Port = [int]$_ } }", cancel)).Select(p => (int)p["Port"]!).Where(p => p < 49152)];
}
