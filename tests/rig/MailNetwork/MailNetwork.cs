using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Rig.MailNetwork;

/// <summary>
/// A network of its own on loopback ports: six relays of Debian's Postfix (STARTTLS, a listed client certificate, each site only as itself or as nobody), Dovecot's POP3S behind
/// them (a client certificate that names the account), delivery between them. Nothing outside its folder is touched. Needs root, as mail servers do.
/// </summary>
public sealed class MailNetwork : IAsyncDisposable
{
    /// <summary>The largest mail that the sixth relay takes; the others take 100 MiB.</summary>
    public const int SmallBytes = 30_000_000;

    private const int Relays = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("gateway-mail-").FullName;

    private readonly Dictionary<string, char> listed = [];

    private MailNetwork()
    {
    }

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? WhyNot =>
        OperatingSystem.IsWindows() || Environment.UserName != "root" ? "mail servers need root to start"
        : !File.Exists("/usr/sbin/postfix") ? "postfix is not installed"
        : !File.Exists("/usr/lib/dovecot/pop3") || !File.Exists("/usr/lib/dovecot/lmtp") ? "dovecot-pop3d or dovecot-lmtpd is not installed"
        : null;

    /// <summary>The network's authority.</summary>
    public RigAuthority Authority { get; } = new("Rig Network CA");

    /// <summary>The certificate of gw@site-a.test.</summary>
    public X509Certificate2 SiteA { get; private set; } = null!;

    /// <summary>The certificate of gw@site-b.test.</summary>
    public X509Certificate2 SiteB { get; private set; } = null!;

    /// <summary>The ports of the six relays.</summary>
    public IReadOnlyList<int> SmtpPorts { get; private set; } = [];

    /// <summary>The port of POP3S: one Dovecot has the names of all six.</summary>
    public int Pop3sPort { get; private set; }

    /// <summary>What Postfix logged so far.</summary>
    public string PostfixLog => File.ReadAllText(Path.Combine(folder, "log", "postfix.log"));

    /// <summary>The name of a server, from 1.</summary>
    public static string Host(int number) => string.Create(CultureInfo.InvariantCulture, $"mail{number}.dicommail.test");

    /// <summary>Makes and starts one.</summary>
    public static async Task<MailNetwork> StartAsync()
    {
        var network = new MailNetwork();
        try
        {
            await network.MakeAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every mail that a relay took is in its mailbox, or was answered with a bounce that is.</summary>
    public async Task UntilDeliveredAsync(CancellationToken cancellation)
    {
        while (new[] { "maildrop", "incoming", "active", "deferred", "defer" }.Select(queue => Path.Combine(folder, "spool", queue)).Any(IsThereMail))
            await Task.Delay(50, cancellation);
    }

    /// <summary>Has the relays let a certificate in, as that of a site.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="site">The site, a or b.</param>
    public Task ListAsync(X509Certificate2 certificate, char site)
    {
        listed[RigAuthority.FingerprintOf(certificate)] = site;
        return ReloadAsync();
    }

    /// <summary>Has the relays let a certificate in no more.</summary>
    public Task UnlistAsync(X509Certificate2 certificate)
    {
        listed.Remove(RigAuthority.FingerprintOf(certificate));
        return ReloadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("/usr/sbin/postfix", "-c", Path.Combine(folder, "postfix"), "stop");
        if (File.Exists(Path.Combine(folder, "dovecot", "run", "master.pid")))
            await RunAsync("/usr/bin/doveadm", "-c", Path.Combine(folder, "dovecot", "dovecot.conf"), "stop");
        SiteA?.Dispose();
        SiteB?.Dispose();
        Authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task MakeAsync()
    {
        foreach (var part in new[] { "postfix", "spool", "data", "dovecot/run", "dovecot/state", "mail", "log", "pki" })
            Directory.CreateDirectory(Path.Combine(folder, part));
        (SiteA, SiteB) = (Authority.IssueSite("gw@site-a.test"), Authority.IssueSite("gw@site-b.test"));
        using (var server = Authority.IssueServer([.. Enumerable.Range(1, Relays).Select(Host)]))
        {
            Write("pki/server.crt", server.ExportCertificatePem());
            Write("pki/server.key", server.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        Write("pki/authority.crt", Authority.Certificate.ExportCertificatePem());
        var ports = FreePorts(Relays + 1);
        (SmtpPorts, Pop3sPort) = (ports[..Relays], ports[Relays]);
        Write("postfix/main.cf", PostfixFiles.Main(folder, (await MustAsync("/usr/bin/stat", "-c", "%G", "/usr/sbin/postdrop")).Trim()));
        Write("postfix/master.cf", PostfixFiles.Master(SmtpPorts));
        Write("postfix/recipients", "gw@site-a.test ok\ngw@site-b.test ok\nfull@site-b.test ok\ngone@site-b.test ok\n");
        (listed[RigAuthority.FingerprintOf(SiteA)], listed[RigAuthority.FingerprintOf(SiteB)]) = ('a', 'b');
        WriteListed();
        File.Copy("/etc/postfix/postfix-files", Path.Combine(folder, "postfix", "postfix-files"));
        Write("dovecot/users", DovecotFiles.Users(folder));
        Write("dovecot/dovecot.conf", DovecotFiles.Main(folder, Pop3sPort, int.Parse(await MustAsync("/usr/bin/id", "-u", "mail"), CultureInfo.InvariantCulture)));
        await MustAsync("/bin/chmod", "755", folder);
        await MustAsync("/bin/chown", "mail:mail", Path.Combine(folder, "mail"));
        await MustAsync("/bin/chown", "postfix", Path.Combine(folder, "data"));
        await MustAsync("/usr/sbin/dovecot", "-c", Path.Combine(folder, "dovecot", "dovecot.conf"));
        await MustAsync("/usr/sbin/postfix", "-c", Path.Combine(folder, "postfix"), "start");
        foreach (var port in ports)
            await UntilItListensAsync(port);
    }

    private async Task ReloadAsync()
    {
        WriteListed();
        await MustAsync("/usr/sbin/postfix", "-c", Path.Combine(folder, "postfix"), "reload");
    }

    private void WriteListed()
    {
        Write("postfix/listed", string.Concat(listed.Select(one => $"{one.Key} {one.Value}\n")));
        Write("postfix/senders", string.Concat(listed.Select(one => $"{one.Key} site_{one.Value}\n")));
    }

    private static bool IsThereMail(string queue)
    {
        try
        {
            return Directory.Exists(queue) && Directory.EnumerateFiles(queue, "*", SearchOption.AllDirectories).Any();
        }
        catch (DirectoryNotFoundException)
        {
            return true; // something moves
        }
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    private static async Task UntilItListensAsync(int port)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (clock.Elapsed < Patience)
            {
                // Not yet.
            }
        }
    }

    private static async Task<string> MustAsync(string program, params string[] arguments)
    {
        var (code, output) = await RunAsync(program, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {code} {output}");
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        // The daemons inherit what this process would read: a file takes what they say.
        var said = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", said, program, .. arguments]))!;
            await process.WaitForExitAsync();
            return (process.ExitCode, await File.ReadAllTextAsync(said));
        }
        finally
        {
            File.Delete(said);
        }
    }
}
