using Gateway.DicomMail.Bounces;
using Gateway.DicomMail.Tests.Transport;
using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Smtp;
using MimeKit;
using Xunit;
using static Gateway.DicomMail.Tests.Transport.MailNetworkFixture;

namespace Gateway.DicomMail.Tests.Bounces;

/// <summary>What Debian's Postfix sends back when a mailbox behind it does not take a mail.</summary>
[Collection("mail network")]
public sealed class PostfixBounceTests(MailNetworkFixture rig) : IDisposable
{
    private readonly Mails mails = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => mails.Dispose();

    [Theory]
    [InlineData("gone@site-b.test", "5.1.1", "550 5.1.1")]
    [InlineData("full@site-b.test", "5.2.2", "552 5.2.2")]
    public async Task A_mailbox_that_is_unknown_or_full_is_read_from_the_bounce(string recipient, string status, string said)
    {
        var network = await rig.GetAsync();
        await using (var relay = new SmtpRelay(Relays(network, network.SiteA, network.SmtpPorts[0]), TimeProvider.System))
            Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(new("gw@site-a.test", recipient), mails.OfSize(200_000, "b1@site-a.test"), Cancel));
        var (_, message) = (await FetchAsync(network, network.SiteA, "gw@site-a.test", Cancel)).Single();
        using var mail = MimeMessage.Load(new MemoryStream(message), Cancel);
        var bounce = BounceReader.Read(mail).Single();
        Assert.Equal(("b1@site-a.test", recipient, true, status), (bounce.OriginalMessageId, bounce.Recipient, bounce.IsFinal, bounce.Status));
        Assert.StartsWith(said, bounce.Diagnostic);
    }
}
