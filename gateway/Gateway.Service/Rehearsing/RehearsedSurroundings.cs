using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.PrivateServers;
using Gateway.Service.Configuration;

namespace Gateway.Service.Rehearsing;

/// <summary>What stands between and beside two rehearsed sites: mail servers and a database. Each is a private one of the real programs, or is modelled by files, and is told to be.</summary>
internal sealed class RehearsedSurroundings : IAsyncDisposable
{
    private static readonly string[] Sites = ["first", "second"];

    private readonly string root;
    private readonly List<string> told = [];
    private MailNetwork? mail;
    private MariaDbServer? database;

    private RehearsedSurroundings(string root) => this.root = root;

    /// <summary>What is real and what is modelled, and why.</summary>
    public string Told => string.Join("; ", told);

    /// <summary>Makes them.</summary>
    /// <param name="root">The folder of the rehearsal.</param>
    /// <param name="isFull">Whether servers are real where they are installed.</param>
    /// <exception cref="IOException">A server that is installed does not start.</exception>
    public static async Task<RehearsedSurroundings> MakeAsync(string root, bool isFull)
    {
        var surroundings = new RehearsedSurroundings(root);
        try
        {
            await surroundings.StartMailAsync(isFull);
            if (isFull)
                await surroundings.StartDatabaseAsync();
            return surroundings;
        }
        catch
        {
            await surroundings.DisposeAsync();
            throw;
        }
    }

    /// <summary>The mail address of a site.</summary>
    public string AddressOf(string site) => mail is null ? $"gateway@{site}.example" : mail.Addresses[Array.IndexOf(Sites, site)];

    /// <summary>How a site reaches its mail.</summary>
    /// <param name="site">The site.</param>
    /// <param name="folder">Its folder.</param>
    public MailSettings MailOf(string site, string folder)
    {
        var address = AddressOf(site);
        var settings = new MailSettings(
            address, address, Path.Combine(root, "pickup"), [], null, null, AsksRevocation: false, null, null, TimeSpan.FromSeconds(1), null, Path.Combine(folder, "keys"), Path.Combine(folder, "partners"), HasMachineStore: false,
            Path.Combine(folder, "scan"), []);
        if (mail is null)
            return settings;
        var (authority, certificate) = (Path.Combine(folder, "authority.pem"), Path.Combine(folder, "certificate.pem"));
        var own = site == Sites[0] ? mail.SiteA : mail.SiteB;
        Directory.CreateDirectory(folder);
        File.WriteAllText(authority, mail.Authority.Certificate.ExportCertificatePem());
        File.WriteAllText(certificate, own.ExportCertificatePem() + "\n" + own.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return settings with
        {
            Folder = null,
            Servers = [.. mail.SmtpPorts.Select((port, i) => new MailServerSettings(MailNetwork.Host(i + 1), port, mail.Pop3sPort, IPAddress.Loopback))],
            AuthoritySha256 = Convert.ToHexStringLower(mail.Authority.Sha256.Span),
            AuthorityFile = authority,
            CertificateFile = certificate,
        };
    }

    /// <summary>Where a site keeps its index.</summary>
    /// <param name="site">The site.</param>
    /// <param name="folder">Its folder.</param>
    public IndexSettings IndexOf(string site, string folder) =>
        new(Path.Combine(folder, "data", "index.db"), database is null ? null : new ServerSettings("127.0.0.1", database.Port, site, site, PasswordFileOf(site)));

    public async ValueTask DisposeAsync()
    {
        if (mail is not null)
            await mail.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
    }

    private async Task StartMailAsync(bool isFull)
    {
        if (isFull && MailNetwork.WhyNot is null)
        {
            mail = await MailNetwork.StartAsync();
            told.Add(string.Create(CultureInfo.InvariantCulture, $"over {mail.SmtpPorts.Count} relays of a private Postfix and a private Dovecot, each site by its certificate"));
        }
        else
        {
            told.Add("the mail servers were modelled by a folder" + (isFull ? $", for {MailNetwork.WhyNot}" : ""));
        }
    }

    private async Task StartDatabaseAsync()
    {
        if (MariaDbServer.WhyNot is { } why)
        {
            told.Add($"the database was SQLite, for {why}");
            return;
        }

        database = await MariaDbServer.MakeAsync();
        foreach (var site in Sites)
        {
            var password = RandomNumberGenerator.GetHexString(32);
            Directory.CreateDirectory(Path.Combine(root, site));
            await File.WriteAllTextAsync(PasswordFileOf(site), password);
            await database.AddDatabaseAsync(site, password);
        }

        told.Add("indexed by a private MariaDB at both");
    }

    private string PasswordFileOf(string site) => Path.Combine(root, site, "database.password");
}
