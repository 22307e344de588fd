using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Wine.Tests;

/// <summary>
/// Servers in a machine's own network, where the real ones would be: SMTP with STARTTLS (aiosmtpd), TLS on the port of POP3S (openssl), any server on the monitoring port, a time server
/// (chrony). All of Debian's, none of ours.
/// </summary>
internal sealed class NetworkPeers : IDisposable
{
    private const string Loopback = "127.0.0.1"; // what listens further is seen as what should not
    private readonly WineMachine machine;
    private readonly string folder;
    private readonly List<Process> running = [];

    /// <summary>Makes the network's authority.</summary>
    public NetworkPeers(WineMachine machine, string folder)
    {
        (this.machine, this.folder) = (machine, folder);
        Directory.CreateDirectory(folder);
        AuthorityDigest = Issue("CN=DICOM-Mail Network CA", "network");
        Issue("CN=Hospital Web Proxy CA", "proxy");
    }

    /// <summary>SHA-256 of the network's authority, as a manifest pins it.</summary>
    public string AuthorityDigest { get; }

    /// <summary>The servers of the network, and a time server.</summary>
    public void StartNetwork()
    {
        Run("aiosmtpd", "-n", "-l", $"{Loopback}:25", "--tlscert", FileOf("network.crt"), "--tlskey", FileOf("network.key"), "-c", "aiosmtpd.handlers.Sink");
        StartTls("network");
        Run("python3", "-m", "http.server", "-b", Loopback, "8140");
        File.WriteAllText(FileOf("chrony.conf"), $"local stratum 8\nallow\ncmdport 0\nbindaddress {Loopback}\n");
        Run("chronyd", "-x", "-d", "-f", FileOf("chrony.conf"));
    }

    /// <summary>A proxy that opens TLS with an authority of its own, on the port of POP3S, and in an old version of TLS.</summary>
    public void StartInterceptor() => StartTls("proxy", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0");

    /// <summary>Ends them all.</summary>
    public void Stop()
    {
        foreach (var server in running)
        {
            server.Kill(entireProcessTree: true);
            server.WaitForExit();
            server.Dispose();
        }

        running.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();

    private void StartTls(string whose, params string[] more) =>
        Run(["bash", "-c", "sleep infinity | \"$0\" \"$@\"", "openssl", "s_server", "-accept", $"{Loopback}:995", "-cert", FileOf($"{whose}.crt"), "-cert_chain", FileOf($"{whose}.crt"), "-key", FileOf($"{whose}.key"), "-quiet", .. more]);

    private void Run(params string[] command) => running.Add(machine.Start(command));

    private string FileOf(string name) => Path.Combine(folder, name);

    // The file has the server's certificate and the authority's behind it.
    private string Issue(string authorityName, string whose)
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(300));
        using var authorityKey = RSA.Create(3072);
        var authority = new CertificateRequest(authorityName, authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var root = authority.CreateSelfSigned(from, until);

        using var key = RSA.Create(3072);
        var request = new CertificateRequest("CN=mail", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in WineMachine.RealNames)
            names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(root, from, until, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(FileOf($"{whose}.crt"), issued.ExportCertificatePem() + "\n" + root.ExportCertificatePem() + "\n");
        File.WriteAllText(FileOf($"{whose}.key"), key.ExportPkcs8PrivateKeyPem() + "\n");
        return root.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
    }
}
