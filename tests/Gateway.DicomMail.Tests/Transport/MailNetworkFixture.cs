using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.DicomMail.Tests.Transport;
using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Pop3;
using Gateway.DicomMail.Transport.Smtp;
using Gateway.PrivateServers;
using Xunit;

[assembly: AssemblyFixture(typeof(MailNetworkFixture))]

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>The rig's Postfix and Dovecot, started once, by the first test that needs them.</summary>
public sealed class MailNetworkFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim access = new(1, 1);
    private MailNetwork? network;

    /// <summary>The network; a test is skipped where there can be none.</summary>
    public async Task<MailNetwork> GetAsync()
    {
        Assert.SkipWhen(MailNetwork.WhyNot is not null, MailNetwork.WhyNot ?? "");
        await access.WaitAsync();
        try
        {
            return network ??= await MailNetwork.StartAsync();
        }
        finally
        {
            access.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (network is not null)
            await network.DisposeAsync();
        access.Dispose();
    }

    /// <summary>Relays at these ports, asked in this order.</summary>
    public static SmtpRelaySettings Relays(MailNetwork network, X509Certificate2? own, params int[] ports) =>
        new([.. ports.Select((port, i) => new MailServer(MailNetwork.Host(i + 1), port, 0, IPAddress.Loopback))], Trust(network, own)) { First = 0 };

    /// <summary>The mailbox of an account.</summary>
    public static Pop3Mailbox Mailbox(MailNetwork network, X509Certificate2? own, string account, int? port = null, string? password = null) =>
        new(new(new MailServer(MailNetwork.Host(1), 0, port ?? network.Pop3sPort, IPAddress.Loopback), account, Trust(network, own)) { Password = password }, TimeProvider.System);

    /// <summary>Fetches all mails of an account, when all that relays took are delivered: their bytes by id.</summary>
    public static async Task<IReadOnlyList<(string Id, byte[] Message)>> FetchAsync(MailNetwork network, X509Certificate2 own, string account, CancellationToken cancellation)
    {
        await network.UntilDeliveredAsync(cancellation);
        var mails = new List<(string, byte[])>();
        while (await Mailbox(network, own, account).PollAsync(
            async (mail, cancel) =>
            {
                using var content = new MemoryStream();
                await mail.CopyToAsync(content, cancel);
                mails.Add((mail.Id, content.ToArray()));
            },
            cancellation) > 0)
        {
            // Until there is none.
        }

        return mails;
    }

    /// <summary>The Message-ID of a mail.</summary>
    public static string IdOf(byte[] message) => Encoding.Latin1.GetString(message, 0, Math.Min(message.Length, 4096)).Split("Message-ID: <", 2)[1].Split('>', 2)[0];

    private static NetworkTrust Trust(MailNetwork network, X509Certificate2? own) => new([network.Authority.Sha256], [network.Authority.Certificate], own);
}
