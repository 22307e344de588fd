namespace Gateway.PrivateServers;

/// <summary>What Dovecot 2.3 is configured with: doc.dovecot.org, "Settings".</summary>
internal static class DovecotFiles
{
    /// <summary>The accounts: of the second one's neighbours <c>full</c> has no room.</summary>
    public static string Users(string folder) => $"""
        gw@site-a.test:::::{folder}/mail/site-a::nopassword=y
        gw@site-b.test:::::{folder}/mail/site-b::nopassword=y
        full@site-b.test:::::{folder}/mail/full::nopassword=y userdb_quota_rule=*:bytes=1

        """;

    /// <summary>dovecot.conf.</summary>
    /// <param name="folder">The folder of everything.</param>
    /// <param name="port">The port of POP3S.</param>
    /// <param name="user">The number of the user, and the group, whom mailboxes belong to.</param>
    public static string Main(string folder, int port, int user) => $$"""
        base_dir = {{folder}}/dovecot/run
        state_dir = {{folder}}/dovecot/state
        log_path = {{folder}}/log/dovecot.log
        protocols = pop3 lmtp
        listen = 127.0.0.1
        ssl = required
        ssl_cert = <{{folder}}/pki/server.crt
        ssl_key = <{{folder}}/pki/server.key
        ssl_ca = <{{folder}}/pki/authority.crt
        ssl_verify_client_cert = yes
        ssl_require_crl = no
        ssl_cert_username_field = commonName
        ssl_min_protocol = TLSv1.2
        auth_ssl_require_client_cert = yes
        auth_ssl_username_from_cert = yes
        auth_mechanisms = external plain
        auth_failure_delay = 0
        service anvil {
          unix_listener anvil-auth-penalty {
            mode = 0
          }
        }
        first_valid_uid = {{user}}
        last_valid_uid = {{user}}
        first_valid_gid = {{user}}
        mail_location = maildir:%h
        mail_privileged_group =
        mail_plugins = quota
        plugin {
          quota = maildir:account
        }
        passdb {
          driver = passwd-file
          args = username_format=%u {{folder}}/dovecot/users
        }
        userdb {
          driver = passwd-file
          args = username_format=%u {{folder}}/dovecot/users
          override_fields = uid={{user}} gid={{user}}
        }
        service pop3-login {
          inet_listener pop3 {
            port = 0
          }
          inet_listener pop3s {
            port = {{port}}
            ssl = yes
          }
        }
        service lmtp {
          user = mail
          unix_listener lmtp {
            mode = 0600
            user = postfix
          }
        }
        service auth {
          unix_listener auth-userdb {
            mode = 0600
            user = mail
          }
        }
        service stats {
          unix_listener stats-writer {
            user = mail
          }
        }

        """;
}
