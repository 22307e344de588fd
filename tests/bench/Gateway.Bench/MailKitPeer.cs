using System.Text;
using Gateway.PrivateServers;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Gateway.Bench;

/// <summary>MailKit at the rig's servers, as it is meant to be used: one connection for many mails, the client's certificate, the network's authority.</summary>
internal static class MailKitPeer
{
    /// <summary>A connection of the first site to its relay.</summary>
    public static async Task<SmtpClient> SmtpAsync(MailNetwork network, CancellationToken cancel)
    {
        var client = new SmtpClient { CheckCertificateRevocation = false, ClientCertificates = [network.SiteA], ServerCertificateValidationCallback = (_, shown, _, _) => shown?.Issuer == network.Authority.Certificate.Subject };
        await client.ConnectAsync("127.0.0.1", network.SmtpPorts[0], SecureSocketOptions.StartTls, cancel);
        return client;
    }

    /// <summary>A connection of the second site to its mailbox.</summary>
    public static async Task<Pop3Client> Pop3Async(MailNetwork network, string account, CancellationToken cancel)
    {
        var client = new Pop3Client { CheckCertificateRevocation = false, ClientCertificates = [network.SiteB], ServerCertificateValidationCallback = (_, shown, _, _) => shown?.Issuer == network.Authority.Certificate.Subject };
        await client.ConnectAsync("127.0.0.1", network.Pop3sPort, SecureSocketOptions.SslOnConnect, cancel);
        await client.AuthenticateAsync(new External(account), cancel);
        return client;
    }

    /// <summary>Fetches a mail to a file and deletes it in its mailbox.</summary>
    public static async Task TakeAsync(this Pop3Client client, int index, string to, CancellationToken cancel)
    {
        await using (var file = File.Create(to))
        await using (var mail = await client.GetStreamAsync(index, headersOnly: false, cancel))
            await mail.CopyToAsync(file, cancel);
        await client.DeleteMessageAsync(index, cancel);
    }

    /// <summary>RFC 4422 annex A, which MailKit does not have.</summary>
    private sealed class External(string account) : SaslMechanism(account, "none")
    {
        public override string MechanismName => "EXTERNAL";

        public override bool SupportsInitialResponse => true;

        protected override byte[] Challenge(byte[]? token, int startIndex, int length, CancellationToken cancellationToken)
        {
            IsAuthenticated = true;
            return Encoding.UTF8.GetBytes(Credentials.UserName);
        }
    }
}
