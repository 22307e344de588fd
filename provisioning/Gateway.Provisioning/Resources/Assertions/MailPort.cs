using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>A port of a mail server, and what a probe saw of it. A port that nobody saw is never a port that holds.</summary>
/// <param name="Name">Host and port.</param>
/// <param name="Result">What was seen; null when nobody connected.</param>
/// <param name="Unseen">Why nobody connected, or null.</param>
internal sealed record MailPort(string Name, ProbeResult? Result, Wording? Unseen)
{
    /// <summary>Probes ports of every mail server.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="mail">Names the servers.</param>
    /// <param name="kinds">The ports: <see cref="ProbeKind.SmtpStartTls"/> for SMTP, <see cref="ProbeKind.Tls"/> for POP3S.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<IReadOnlyList<MailPort>> ProbeAsync(IMachine machine, Mail mail, IReadOnlyList<ProbeKind> kinds, CancellationToken cancel)
    {
        // All at once: servers that do not answer are waited for together.
        return await Task.WhenAll(mail.Servers.SelectMany(server => kinds.Select(kind => ProbeOneAsync(machine, server, kind, cancel))));
    }

    private static async Task<MailPort> ProbeOneAsync(IMachine machine, MailServer server, ProbeKind kind, CancellationToken cancel)
    {
        var port = kind == ProbeKind.SmtpStartTls ? server.SmtpPort : server.Pop3sPort;
        var name = $"{server.Host}:{port}";
        try
        {
            var result = await machine.Network.ProbeAsync(server.Host, port, kind, cancel);
            return result.Connected ? new MailPort(name, result, null) : new MailPort(name, null, result.Failure ?? new("keine Verbindung", "no connection"));
        }
        catch (NotAssessableException e)
        {
            return new MailPort(name, null, e.Why);
        }
    }

    /// <summary>The port and why nothing is known of it, for messages.</summary>
    /// <param name="why">Why, when it was connected to.</param>
    public Wording Show(Wording? why = null) => new($"{Name} ({(Unseen ?? why)?.German})", $"{Name} ({Unseen ?? why})");

    /// <summary>The ports that did not show what was asked for.</summary>
    /// <param name="unseen">Each with its reason.</param>
    public static Wording NotSeen(IEnumerable<Wording> unseen)
    {
        var all = Wording.Join(", ", unseen);
        return new("ohne Ergebnis: " + all.German, "not seen: " + all.English);
    }

    /// <summary>Why the handshake on a port that was reached did not say what was asked for.</summary>
    /// <param name="otherwise">What is said when the port gave no reason of its own.</param>
    public Wording Why(Wording otherwise) => Show(Result?.Failure ?? otherwise);
}
