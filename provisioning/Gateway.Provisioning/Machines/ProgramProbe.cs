using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines;

/// <summary>
/// Probes servers with the gateway's own program (<c>Gateway.Service probe</c>): a scanner that blocks port 25 does so by program, and a firewall rule is bound to one, so that a
/// connection of this process proves nothing about the gateway's. The program says what it saw; what that is worth is judged here, as for a probe of our own.
/// </summary>
/// <param name="program">The program.</param>
/// <param name="subject">What finds the certificate that it offers; null to offer none.</param>
internal sealed class ProgramProbe(string program, string? subject)
{
    private const int Form = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // ten seconds for each address of a host, and the start
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web);

    /// <summary>Probes servers, all at once and with one start of the program.</summary>
    /// <param name="targets">The servers, each once.</param>
    /// <param name="credentials">The pinned authority, and where its certificate may be found.</param>
    /// <param name="at">Address and port in place of what every name resolves to, or null.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="NotAssessableException">The program cannot be started, or gives no answer that can be read.</exception>
    public async Task<IReadOnlyDictionary<ProbeTarget, ProbeResult>> RunAsync(IReadOnlyList<ProbeTarget> targets, ProbeCredentials credentials, string? at, CancellationToken cancel)
    {
        string[] arguments = ["probe", .. subject is null ? Array.Empty<string>() : ["--certificate", subject], .. targets.Select(target => NameOf(target) + (at is null ? "" : $"@{at}"))];
        ProgramAnswer answer;
        try
        {
            answer = await ExternalProgram.RunAsync(program, arguments, default, Patience, cancel);
        }
        catch (ExternalProgramException e)
        {
            throw Silent(e.Message);
        }

        if (answer.ExitCode != 0)
            throw Silent($"it ended with {answer.ExitCode}: {answer.Errors.Split('\n', 2)[0].TrimEnd()}");
        var seen = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Seen.Of).ToList();
        return !seen.Contains(null) && seen.Select(one => one!.Server).SequenceEqual(targets.Select(NameOf))
            ? targets.Zip(seen).ToDictionary(pair => pair.First, pair => Judge(pair.Second!, pair.First, credentials))
            : throw Silent("its answer is none that this version reads");
    }

    private static string NameOf(ProbeTarget target) => $"{target.Host}:{target.Port}/{target.Kind switch { ProbeKind.Tcp => "tcp", ProbeKind.SmtpStartTls => "starttls", _ => "tls" }}";

    private static ProbeResult Judge(Seen seen, ProbeTarget target, ProbeCredentials credentials)
    {
        var (host, port, kind) = target;
        var result = new ProbeResult(host.Text, port, seen.Connected, seen.Tls)
        {
            Failure = seen is { Asked: true, Offered: false, Failure: not null }
                ? new("der Server verlangt ein Clientzertifikat, und das Programm hat keines, dessen Schlüssel es benutzen darf", "the server asks for a client certificate, and the program has none whose key it may use")
                : Describe(seen),
            Obstacle = seen.Connected ? null : ObstacleOf(seen.Failure),
            ClientCertificateAccepted = seen is { Asked: true, Offered: true } ? seen.Failure is null : null,
        };
        if (seen.Chain is not [var first, ..] || kind == ProbeKind.Tcp)
            return result;

        X509Certificate2[] sent = [.. seen.Chain.Select(der => X509CertificateLoader.LoadCertificate(Convert.FromBase64String(der)))];
        try
        {
            var (root, problem) = SeenChain.Judge(sent[0], sent, credentials);
            Wording? name = seen.NameMatches == false ? new($"es ist nicht für {host} ausgestellt", $"it is not issued to {host}") : null;
            Wording[] problems = [.. new[] { name, problem }.OfType<Wording>()];
            return result with { Issuer = sent[0].Issuer, RootSha256 = root?.Text, CertificateProblem = problems.Length == 0 ? null : Wording.Join("; ", problems) };
        }
        finally
        {
            foreach (var certificate in sent)
                certificate.Dispose();
        }
    }

    private static ProbeObstacle ObstacleOf(string? failure) => failure switch
    {
        "unresolved" => ProbeObstacle.Unresolved,
        "forbidden" => ProbeObstacle.Forbidden,
        "refused" => ProbeObstacle.Refused,
        _ => ProbeObstacle.NoAnswer,
    };

    private static Wording? Describe(Seen seen) => seen.Failure switch
    {
        null => null,
        "unresolved" => new($"der Name lässt sich nicht auflösen ({seen.Detail})", $"the name cannot be resolved ({seen.Detail})"),
        "timedOut" => new($"keine Antwort innerhalb von {seen.Detail}", $"no answer within {seen.Detail}"),
        "noStartTls" => new("der Server bietet kein STARTTLS an, oder etwas auf dem Weg entfernt es", "the server offers no STARTTLS, or something on the way takes it out"),
        "closedAfterHandshake" => new("der Server hat die Verbindung nach dem Handshake geschlossen", "the server closed the connection after the handshake"),
        _ => Wording.Same(seen.Detail ?? seen.Failure),
    };

    private NotAssessableException Silent(string why) => new(new(
        $"das Programm des Gateways ({program}) hat die Verbindung nicht geprüft ({why})", $"the gateway's program ({program}) did not probe the connection ({why})"));

    /// <summary>What the program said of a server: <c>ProbeReport</c> of the service, whose form a test holds both to.</summary>
    internal sealed record Seen(int Format, string Server, string Account, bool Connected, string? Tls, IReadOnlyList<string> Chain, bool? NameMatches, bool Asked, bool Offered, string? Failure, string? Detail)
    {
        /// <summary>Reads a line of an answer; null when it is none.</summary>
        /// <param name="json">The line.</param>
        public static Seen? Of(string json)
        {
            try
            {
                return JsonSerializer.Deserialize<Seen>(json, Reading) is { Format: Form, Server: not null, Chain: not null } seen ? seen : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
