using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gateway.Service.Configuration;
using Gateway.Service.Syslogging;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Gateway.Service.Alarming;

/// <summary>Carries alarms by mail inside the site (RFC 5321; STARTTLS of RFC 3207). The subject is always the same: a subject is read by everybody.</summary>
internal sealed class MailCarrier(AlarmMailSettings settings, string site) : IAlarmCarrier
{
    private const string Subject = "DICOM-Mail gateway alarm";
    private const int PatienceMilliseconds = 30_000;

    public string Name => "mail";

    public async Task CarryAsync(Alarm alarm, CancellationToken cancellation)
    {
        using var message = new MimeMessage { Subject = Subject, Date = alarm.At };
        message.From.Add(MailboxAddress.Parse(settings.From));
        message.To.AddRange(settings.To.Select(MailboxAddress.Parse));
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: no absence note answers it
        message.Body = new TextPart("plain")
        {
            Text = $"{alarm.Kind.Code} {(alarm.IsCleared ? "cleared" : alarm.Kind.Severity.ToString().ToLowerInvariant())}\n{alarm.Text}\n\nAbout: {alarm.Subject}\nSite: {site}\nTime: {alarm.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n",
        };
        using var client = new SmtpClient { CheckCertificateRevocation = false, Timeout = PatienceMilliseconds };
        if (settings.AuthorityFile is { } authority)
            client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, authority);
        await client.ConnectAsync(settings.Host, settings.Port, settings.StartTls ? SecureSocketOptions.StartTls : SecureSocketOptions.None, cancellation);
        await client.SendAsync(message, cancellation);
        await client.DisconnectAsync(quit: true, cancellation);
    }

    private static bool IsTrusted(X509Certificate? certificate, X509Chain? seen, SslPolicyErrors errors, string authority)
    {
        if (certificate is not X509Certificate2 server || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var chain = new X509Chain { ChainPolicy = PeerTrust.Policy(authority) };
        foreach (var element in seen?.ChainElements.AsEnumerable() ?? [])
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(server);
    }
}
