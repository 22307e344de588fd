using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.PrivateServers;

/// <summary>
/// A network of its own on loopback ports: six relays of Debian's Postfix (STARTTLS, a listed client certificate, each site only as itself or as nobody), Dovecot's POP3S behind
/// them (a client certificate that names the account), delivery between them. Nothing outside its folder is touched. Needs root, as mail servers do.
/// </summary>
public sealed class MailNetwork : IAsyncDisposable
{
    /// <summary>The largest mail that the sixth relay takes; the others take 100 MiB.</summary>
    public const int SmallBytes = 30_000_000;

    private const int Relays = 6;

    private static readonly string[] Places = ["cwd", "root"];

    private static readonly string[] Queues = ["maildrop", "incoming", "active", "deferred", "defer"];

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
    public NetworkAuthority Authority { get; } = new("Private Network CA");

    /// <summary>The addresses of the two sites, which their certificates name.</summary>
    public IReadOnlyList<string> Addresses { get; } = ["gw@site-a.test", "gw@site-b.test"];

    /// <summary>The certificate of the first site.</summary>
    public X509Certificate2 SiteA { get; private set; } = null!;

    /// <summary>The certificate of the second site.</summary>
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
        while (Queues.Select(queue => Path.Combine(folder, "spool", queue)).Any(IsThereMail))
            await Task.Delay(50, cancellation);
    }

    /// <summary>Has the relays let a certificate in, as that of a site.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="site">The site, a or b.</param>
    public Task ListAsync(X509Certificate2 certificate, char site)
    {
        listed[NetworkAuthority.FingerprintOf(certificate)] = site;
        return ReloadAsync();
    }

    /// <summary>Has the relays let a certificate in no more.</summary>
    public Task UnlistAsync(X509Certificate2 certificate)
    {
        listed.Remove(NetworkAuthority.FingerprintOf(certificate));
        return ReloadAsync();
    }

    /// <summary>Kills whatever runs of relays and mailboxes, in the middle of what it does.</summary>
    public async Task KillAsync()
    {
        // A master that is still there begins what has just been killed anew.
        for (var ours = Ours(); ours.Count > 0; ours = Ours())
        {
            foreach (var process in ours)
                await Programs.RunAsync("/bin/kill", ["-KILL", process]);
        }

        File.Delete(Path.Combine(folder, "dovecot", "run", "master.pid")); // a number that the next start could find taken
    }

    /// <summary>Starts the servers on what lies in their folder.</summary>
    /// <exception cref="IOException">They do not start.</exception>
    public async Task StartServersAsync()
    {
        await Programs.MustAsync("/usr/sbin/dovecot", "-c", Path.Combine(folder, "dovecot", "dovecot.conf"));
        await Programs.MustAsync("/usr/sbin/postfix", "-c", Path.Combine(folder, "postfix"), "start");
        foreach (var port in SmtpPorts.Append(Pop3sPort))
            await Ports.UntilListeningAsync(port);
    }

    /// <summary>Stops the servers and takes their folder away.</summary>
    public async ValueTask DisposeAsync()
    {
        await Programs.RunAsync("/usr/sbin/postfix", ["-c", Path.Combine(folder, "postfix"), "stop"]);
        if (File.Exists(Path.Combine(folder, "dovecot", "run", "master.pid")))
            await Programs.RunAsync("/usr/bin/doveadm", ["-c", Path.Combine(folder, "dovecot", "dovecot.conf"), "stop"]);
        SiteA?.Dispose();
        SiteB?.Dispose();
        Authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task MakeAsync()
    {
        foreach (var part in new[] { "postfix", "spool", "data", "dovecot/run", "dovecot/state", "mail", "log", "pki" })
            Directory.CreateDirectory(Path.Combine(folder, part));
        (SiteA, SiteB) = (Authority.IssueSite(Addresses[0]), Authority.IssueSite(Addresses[1]));
        using (var server = Authority.IssueServer([.. Enumerable.Range(1, Relays).Select(Host)]))
        {
            Write("pki/server.crt", server.ExportCertificatePem());
            Write("pki/server.key", server.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        Write("pki/authority.crt", Authority.Certificate.ExportCertificatePem());
        var ports = Ports.Free(Relays + 1);
        (SmtpPorts, Pop3sPort) = (ports[..Relays], ports[Relays]);
        Write("postfix/main.cf", PostfixFiles.Main(folder, (await Programs.MustAsync("/usr/bin/stat", "-c", "%G", "/usr/sbin/postdrop")).Trim()));
        Write("postfix/master.cf", PostfixFiles.Master(SmtpPorts));
        Write("postfix/recipients", "gw@site-a.test ok\ngw@site-b.test ok\nfull@site-b.test ok\ngone@site-b.test ok\n");
        (listed[NetworkAuthority.FingerprintOf(SiteA)], listed[NetworkAuthority.FingerprintOf(SiteB)]) = ('a', 'b');
        WriteListed();
        File.Copy("/etc/postfix/postfix-files", Path.Combine(folder, "postfix", "postfix-files"));
        Write("dovecot/users", DovecotFiles.Users(folder));
        Write("dovecot/dovecot.conf", DovecotFiles.Main(folder, Pop3sPort, int.Parse(await Programs.MustAsync("/usr/bin/id", "-u", "mail"), CultureInfo.InvariantCulture)));
        await Programs.MustAsync("/bin/chmod", "755", folder);
        await Programs.MustAsync("/bin/chown", "mail:mail", Path.Combine(folder, "mail"));
        await Programs.MustAsync("/bin/chown", "postfix", Path.Combine(folder, "data"));
        await StartServersAsync();
    }

    // Most stand in the folder or are shut into it; Dovecot's first names its configuration.
    private List<string> Ours() =>
    [
        .. Directory.GetDirectories("/proc").Where(process => int.TryParse(Path.GetFileName(process), out _)).Where(IsOurs).Select(process => Path.GetFileName(process)!),
    ];

    private bool IsOurs(string process)
    {
        try
        {
            return Places.Any(place => new FileInfo(Path.Combine(process, place)).LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true)
                || File.ReadAllText(Path.Combine(process, "cmdline")).Contains($"{folder}/dovecot/", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }

    private async Task ReloadAsync()
    {
        WriteListed();
        await Programs.MustAsync("/usr/sbin/postfix", "-c", Path.Combine(folder, "postfix"), "reload");
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
}
