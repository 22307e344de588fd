using Gateway.DicomMail.Partners;
using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Pickup;
using Gateway.DicomMail.Transport.Pop3;
using Gateway.DicomMail.Transport.Smtp;
using Gateway.Service.Alarming;
using Gateway.Service.Certifying;
using Gateway.Service.Configuration;
using Gateway.Service.Confirming;
using Gateway.Service.Delivering;
using Gateway.Service.Fetching;
using Gateway.Service.Filing;
using Gateway.Service.Health;
using Gateway.Service.Ledgers;
using Gateway.Service.Opening;
using Gateway.Service.Partnering;
using Gateway.Service.Sending;
using Gateway.Service.Spooling;
using Gateway.Service.Watching;

namespace Gateway.Service.Startup;

/// <summary>What reaches partners by mail, put together.</summary>
internal static class MailServices
{
    /// <summary>Adds it.</summary>
    public static void Add(IServiceCollection services, ServiceSettings settings, MailSettings mail, TimeProvider time)
    {
        var folders = new MailFolders(Path.Combine(settings.SpoolFolder, "mail"));
        folders.Make();
        services.AddSingleton(mail);
        services.AddSingleton(folders);
        services.AddSingleton(new CorrespondentsFolders(mail.KeysFolder, mail.PartnersFolder, new MachineProtection()));
        services.AddSingleton<Correspondence>();
        services.AddSingleton(provider => new SharedLine([.. settings.Targets.Partners.Select(partner => partner.Id)], provider.GetRequiredService<Ledger>(), time));
        AddTransport(services, mail, settings.Targets.Partners.Count, time);
        foreach (var target in settings.Targets.Partners)
        {
            services.AddSingleton<IDeliverer>(provider => new PartnerDeliverer(
                target.Id, mail.Address, provider.GetRequiredService<Correspondence>(), folders, provider.GetRequiredService<IMailRelay>(), provider.GetRequiredService<SharedLine>(), provider.GetRequiredService<Spool>(),
                provider.GetRequiredService<Ledger>(), time));
        }

        services.AddSingleton<ILedgerWatcher, MailAlarms>();
        services.AddSingleton<ILedgerWatcher, KeyAlarms>();
        services.AddSingleton<MailboxStates>();
        services.AddSingleton(provider => new MailCondition(
            mail, settings.Targets, provider.GetRequiredService<IMailRelay>(), provider.GetRequiredService<MailboxStates>(), provider.GetService<NetworkTrust>(), provider.GetService<OwnCertificate>(),
            provider.GetRequiredService<Correspondence>(), folders, provider.GetRequiredService<Ledger>(), time));
        services.AddSingleton<Confirmations>();
        services.AddSingleton<FragmentShelf>();
        services.AddSingleton<WaitingShelf>();
        services.AddSingleton<MailIntake>();
        services.AddSingleton<DocumentShelf>();
        services.AddSingleton(new DocumentScan(mail.ScanFolder, ScannerOf(mail, time)));
    }

    /// <summary>Lets it run: not before what the last run left is in order, which what comes by mail adds to.</summary>
    public static void Run(IServiceCollection services)
    {
        services.AddHostedService<DocumentDesk>(); // before a mail brings again what it has to finish
        services.AddHostedService<MailFetcher>();
        services.AddHostedService<MailOpener>();
        services.AddHostedService<Answers>();
        services.AddHostedService<AnswerClock>();
        services.AddHostedService<DailyCheck>();
    }

    private static IDocumentScanner ScannerOf(MailSettings mail, TimeProvider time) =>
        mail.ScanCommand.Count > 0 ? new CommandScanner(mail.ScanCommand)
        : OperatingSystem.IsWindows() ? new DefenderScanner()
        : new OnAccessScanner(time);

    private static void AddTransport(IServiceCollection services, MailSettings mail, int partners, TimeProvider time)
    {
        if (mail.Folder is { } folder)
        {
            Directory.CreateDirectory(folder);
            services.AddSingleton<IMailRelay>(new PickupRelay(folder, DurableFiles.FlushFolder, time));
            services.AddSingleton<IMailbox>(new PickupMailbox(folder, mail.Address));
            return;
        }

        var known = NetworkCertificates.AuthorityOf(mail);
        if (NetworkCertificates.SourceOf(mail) is { } source)
            services.AddSingleton(provider => new OwnCertificate(source, known, time, provider.GetRequiredService<ILogger<OwnCertificate>>()));
        services.AddSingleton(provider => NetworkCertificates.TrustOf(mail, known, provider.GetService<OwnCertificate>()));
        services.AddSingleton<ILedgerWatcher>(provider => new CertificateAlarm(provider.GetService<OwnCertificate>(), provider.GetRequiredService<AlarmBoard>(), time));
        var servers = mail.Servers.Select(server => new MailServer(server.Host, server.SmtpPort, server.Pop3sPort, server.At)).ToList();

        // One connection for each partner and one for answers: nobody waits for another.
        services.AddSingleton<IMailRelay>(provider => new SmtpRelay(new SmtpRelaySettings(servers, provider.GetRequiredService<NetworkTrust>()) { Connections = partners + 1 }, time));
        foreach (var server in servers)
        {
            services.AddSingleton<IMailbox>(provider => new Pop3Mailbox(
                new Pop3MailboxSettings(server, mail.Account, provider.GetRequiredService<NetworkTrust>()) { Rank = one => UrgentMail.IsMarked(one.Headers.Span) ? 0 : 1 }, time));
        }
    }
}
