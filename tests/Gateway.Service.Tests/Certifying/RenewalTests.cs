using System.Security.Cryptography.X509Certificates;
using Gateway.Dicom.Tests.Peers;
using Gateway.PrivateServers;
using Gateway.Rig.MailPeers;
using Gateway.Service.Tests.Partnering;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Certifying;

/// <summary>Postfix and Dovecot know a site by the certificate that it asked for and installed, and by the one that follows it, without a restart and without a mail lost.</summary>
public class RenewalTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task A_running_gateway_changes_over_to_a_renewed_certificate_while_mail_goes_on()
    {
        Assert.SkipWhen(MailNetwork.WhyNot is not null, MailNetwork.WhyNot ?? "");
        Assert.SkipWhen(OpenSslSigner.WhyNot is not null, OpenSslSigner.WhyNot ?? "");
        await using var network = await MailNetwork.StartAsync();
        using var signer = new OpenSslSigner(network.Authority.Certificate);
        await using var pacs = await StoreScp.StartAsync(Cancellation, "-B", "-uf");
        await using var a = Site.WithServers("north", "gw@site-a.test", network, network.SiteA, "south", network.SmtpPorts, configuration => CertifiedSite.IsCertified(configuration, network.Authority));
        await using var b = Site.WithServers("south", "gw@site-b.test", network, network.SiteB, "north", network.SmtpPorts, SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b);
        b.Knows(a);
        await network.UnlistAsync(network.SiteA); // nobody but the certificates of this test lets site A in
        using var first = await CertifyAsync(a, signer, network, "request", "--algorithm", "rsa3072");
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();

        var sent = SentStudy.Of(2, prefix: "101").ToList();
        await SentStudy.StoreAsync(a.Gateway, sent);
        await UntilStoredAsync(pacs, sent);
        Assert.Contains(NetworkAuthority.FingerprintOf(first), network.PostfixLog, StringComparison.Ordinal);

        using var second = await CertifyAsync(a, signer, network, "renew");
        for (var study = 2; !network.PostfixLog.Contains(NetworkAuthority.FingerprintOf(second), StringComparison.Ordinal); study++)
        {
            Assert.True(study < 20, $"the relays never saw the new certificate: {a.Gateway.Output}");
            var more = SentStudy.Of(1, prefix: $"{100 + study}");
            await SentStudy.StoreAsync(a.Gateway, more);
            sent.AddRange(more);
            await Task.Delay(2500, Cancellation); // a series is sent after a silence of a second
        }

        await network.UnlistAsync(first);
        var last = SentStudy.Of(2, prefix: "999");
        await SentStudy.StoreAsync(a.Gateway, last);
        sent.AddRange(last);
        await UntilStoredAsync(pacs, sent);

        Assert.Empty((await a.AskAsync("dead-letters"))!.AsArray());
        Assert.Equal(2, a.Gateway.LogLines().Count(line => line.Contains("The network knows this site by", StringComparison.Ordinal)));
        await Eventually.HoldsAsync(async () => (string?)(await a.AskAsync("studies/1.2.3/trace"))?["arrivals"]?.AsArray().SingleOrDefault()?["answer"] == "yes, stored", 60); // its receipts came by POP3S
    }

    private static async Task<X509Certificate2> CertifyAsync(Site site, OpenSslSigner signer, MailNetwork network, string verb, params string[] more)
    {
        var request = Path.Combine(site.Gateway.Root, $"{verb}.csr");
        Assert.Null((await CertifiedSite.RunAsync(site.Gateway, verb, ["--output", request, .. more]))["problems"]);
        var file = signer.Sign(request, DateTimeOffset.UtcNow.AddMinutes(verb == "renew" ? -1 : -5), DateTimeOffset.UtcNow.AddDays(5));
        var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        await network.ListAsync(certificate, 'a');
        Assert.Null((await CertifiedSite.RunAsync(site.Gateway, "install", "--file", file, "--chain", signer.AuthorityFile))["problems"]);
        return certificate;
    }

    private static Task UntilStoredAsync(StoreScp pacs, IReadOnlyCollection<Image> images) =>
        Eventually.HoldsAsync(() => Task.FromResult(SentStudy.Hashes(images).SequenceEqual(SentStudy.HashesIn(pacs.Folder))), 90);
}
