using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Pop3;
using Gateway.DicomMail.Transport.Smtp;
using Gateway.PrivateServers;
using Xunit;

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>Who is trusted: the pinned authority's servers under their names, and nobody else.</summary>
public sealed class NetworkTrustTests(Network network) : IClassFixture<Network>, IDisposable
{
    private readonly Mails mails = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => mails.Dispose();

    [Fact]
    public void A_chain_is_trusted_when_it_ends_in_the_pinned_authority_wherever_that_was_found()
    {
        var authority = X509CertificateLoader.LoadCertificate(network.Authority.Certificate.RawData);
        Assert.True(new NetworkTrust([network.Authority.Sha256], [], null).Judge(MailNetwork.Host(1), network.Server, [authority]).IsTrusted);
        Assert.True(new NetworkTrust([network.Authority.Sha256], [authority], null).Judge(MailNetwork.Host(1), network.Server, []).IsTrusted);
        Assert.True(new NetworkTrust([network.Firewall.Sha256, network.Authority.Sha256], [authority], null).Judge(MailNetwork.Host(1), network.Server, []).IsTrusted);
        Assert.Contains("has the certificate of CN=Rig Network CA", new NetworkTrust([network.Authority.Sha256], [], null).Judge(MailNetwork.Host(1), network.Server, []).Problem);
    }

    [Fact]
    public void An_authority_of_the_same_name_is_another_one()
    {
        using var other = new NetworkAuthority("Rig Network CA");
        using var server = other.IssueServer(MailNetwork.Host(1));
        var verdict = network.Trust(null).Judge(MailNetwork.Host(1), server, [other.Certificate]);
        Assert.Equal("shows a certificate of CN=Rig Network CA (its chain does not end in the pinned authority: something on the way opens TLS)", verdict.Problem);
    }

    [Fact]
    public void Nobody_is_trusted_when_nothing_is_pinned() =>
        Assert.False(new NetworkTrust([], [network.Authority.Certificate], null).Judge(MailNetwork.Host(1), network.Server, [network.Authority.Certificate]).IsTrusted);

    [Fact]
    public void A_certificate_is_for_its_names_only()
    {
        using var server = network.Authority.IssueServer("mail1.dicommail.test", "*.relay.test", "127.0.0.1");
        var trust = network.Trust(null);
        Assert.Equal([true, true, true, false, false, false], new[] { "mail1.dicommail.test", "a.relay.test", "127.0.0.1", "mail2.dicommail.test", "a.b.relay.test", "127.0.0.2" }.Select(host => trust.Judge(host, server, []).IsTrusted));
    }

    [Fact]
    public async Task A_revoked_certificate_is_refused_when_that_is_asked_for_and_a_list_that_cannot_be_had_refuses_nobody()
    {
        var before = CachedLists();
        await using var web = new ListServer();
        var address = web.Address;
        using var revoked = IssueWithList(address);
        using var server = IssueWithList(address);
        using var unlisted = IssueWithList("http://127.0.0.1:9/none.crl");
        var list = new CertificateRevocationListBuilder();
        list.AddEntry(revoked);
        web.List = list.Build(network.Authority.Certificate, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var asking = new NetworkTrust([network.Authority.Sha256], [network.Authority.Certificate], null, X509RevocationMode.Online);
        Assert.Contains("Revoked", asking.Judge(MailNetwork.Host(1), revoked, []).Problem);
        Assert.Null(asking.Judge(MailNetwork.Host(1), server, []).Problem);
        Assert.Null(asking.Judge(MailNetwork.Host(1), unlisted, []).Problem);
        Assert.Null(network.Trust(null).Judge(MailNetwork.Host(1), revoked, []).Problem);
        foreach (var cached in CachedLists().Except(before))
            File.Delete(cached);
    }

    [Theory]
    [InlineData("-tls1_1")]
    [InlineData("-tls1")]
    public async Task A_server_of_an_older_TLS_is_not_used(string version)
    {
        using var older = OpenSsl(version, out var port);
        await using var relayed = ScriptedSmtp.Start(new() { Shown = network.Server, HandsOverTo = port });
        await using var relay = new SmtpRelay(network.Relays(relayed.Port), TimeProvider.System);
        Assert.Contains("TLS 1.2 or 1.3", Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(new(null, "gw@site-b.test"), mails.Small(), Cancel)).Reason);
        var mailbox = new Pop3Mailbox(new(new(MailNetwork.Host(1), 0, port, IPAddress.Loopback), "gw@site-a.test", network.Trust(network.Site)), TimeProvider.System);
        Assert.Contains("TLS 1.2 or 1.3", (await Assert.ThrowsAsync<MailboxException>(() => mailbox.PollAsync((_, _) => Task.CompletedTask, Cancel))).Message);
        older.Kill();
        await older.WaitForExitAsync(Cancel);
    }

    [Fact]
    public async Task The_same_server_with_TLS_1_2_is_reached()
    {
        using var newer = OpenSsl("-tls1_2", out var port);
        var mailbox = new Pop3Mailbox(new(new(MailNetwork.Host(1), 0, port, IPAddress.Loopback), "gw@site-a.test", network.Trust(network.Site)) { ReplyTime = TimeSpan.FromSeconds(2) }, TimeProvider.System);
        Assert.Contains("gave no answer", (await Assert.ThrowsAsync<MailboxException>(() => mailbox.PollAsync((_, _) => Task.CompletedTask, Cancel))).Message);
        newer.Kill();
        await newer.WaitForExitAsync(Cancel);
    }

    // Where .NET keeps revocation lists on Linux.
    private static string[] CachedLists() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "corefx", "cryptography", "crls") is var folder && Directory.Exists(folder) ? Directory.GetFiles(folder) : [];

    private Process OpenSsl(string version, out int port)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed");
        var (certificate, key) = (Path.Combine(mails.Folder, "server.crt"), Path.Combine(mails.Folder, "server.key"));
        File.WriteAllText(certificate, network.Server.ExportCertificatePem());
        File.WriteAllText(key, network.Server.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        var process = Process.Start(new ProcessStartInfo("/usr/bin/openssl", ["s_server", version, "-cipher", "DEFAULT@SECLEVEL=0", "-accept", $"127.0.0.1:{port}", "-cert", certificate, "-key", key, "-quiet"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        for (; ; Thread.Sleep(20))
        {
            using var client = new TcpClient();
            try
            {
                client.Connect(IPAddress.Loopback, port);
                return process;
            }
            catch (SocketException) when (!process.HasExited)
            {
                // Not yet.
            }
        }
    }

    private X509Certificate2 IssueWithList(string address)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(MailNetwork.Host(1));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([address]));
        return request.Create(network.Authority.Certificate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
    }

    private sealed class ListServer : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task serving;

        public ListServer()
        {
            listener.Start();
            serving = ServeAsync();
        }

        public string Address => field ??= $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{Guid.NewGuid():N}.crl";

        public byte[] List { get; set; } = [];

        public async ValueTask DisposeAsync()
        {
            listener.Dispose();
            await serving;
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(Cancel);
                    var stream = client.GetStream();
                    _ = await stream.ReadAsync(new byte[4096], Cancel);
                    await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\nContent-Length: {List.Length}\r\nConnection: close\r\n\r\n"), Cancel);
                    await stream.WriteAsync(List, Cancel);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
