using System.Globalization;

namespace Gateway.PrivateServers;

/// <summary>What Postfix is configured with: postconf(5), master(5).</summary>
internal static class PostfixFiles
{
    /// <summary>The largest mail that the first five relays take.</summary>
    public const int LargeBytes = 104_857_600;

    /// <summary>main.cf.</summary>
    /// <param name="folder">The folder of everything.</param>
    /// <param name="group">The group of postdrop.</param>
    public static string Main(string folder, string group) => $"""
        compatibility_level = 3.6
        queue_directory = {folder}/spool
        data_directory = {folder}/data
        command_directory = /usr/sbin
        daemon_directory = /usr/lib/postfix/sbin
        mail_owner = postfix
        setgid_group = {group}
        myhostname = relay.dicommail.test
        mydestination =
        mynetworks =
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        alias_maps =
        alias_database =
        local_header_rewrite_clients =
        maillog_file = {folder}/log/postfix.log
        maillog_file_prefixes = {folder}
        message_size_limit = {LargeBytes}
        queue_run_delay = 1s
        minimal_backoff_time = 1s
        maximal_backoff_time = 5s
        mailbox_size_limit = 0
        virtual_mailbox_limit = 0
        virtual_mailbox_domains = site-a.test, site-b.test
        virtual_mailbox_maps = texthash:{folder}/postfix/recipients
        virtual_transport = lmtp:unix:{folder}/dovecot/run/lmtp
        smtpd_tls_security_level = encrypt
        smtpd_tls_cert_file = {folder}/pki/server.crt
        smtpd_tls_key_file = {folder}/pki/server.key
        smtpd_tls_CAfile = {folder}/pki/authority.crt
        smtpd_tls_ask_ccert = yes
        smtpd_tls_req_ccert = yes
        smtpd_tls_fingerprint_digest = sha256
        smtpd_tls_mandatory_protocols = >=TLSv1.2
        smtpd_tls_loglevel = routine, peercert
        relay_clientcerts = texthash:{folder}/postfix/listed
        smtpd_client_restrictions = permit_tls_clientcerts, reject
        smtpd_sender_restrictions = check_ccert_access texthash:{folder}/postfix/senders, reject
        smtpd_relay_restrictions = reject_unauth_destination
        smtpd_recipient_restrictions = reject_unlisted_recipient, permit
        smtpd_restriction_classes = site_a, site_b
        site_a = check_sender_access inline:{"{"} gw@site-a.test=OK, <>=OK {"}"}, reject
        site_b = check_sender_access inline:{"{"} gw@site-b.test=OK, <>=OK {"}"}, reject

        """;

    /// <summary>master.cf: a relay for each port, the last with a smaller limit, and what delivers.</summary>
    public static string Master(IReadOnlyList<int> ports)
    {
        var relays = ports.Select((port, i) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port} inet n - n - - smtpd -o myhostname=mail{i + 1}.dicommail.test -o syslog_name=relay{i + 1} -o message_size_limit={(i == ports.Count - 1 ? MailNetwork.SmallBytes : LargeBytes)}"));
        return string.Join('\n', relays) + "\n" + """
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            proxymap unix - - n - - proxymap
            error unix - - n - - error
            retry unix - - n - - error
            lmtp unix - - n - - lmtp
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            postlog unix-dgram n - n - 1 postlogd

            """;
    }
}
