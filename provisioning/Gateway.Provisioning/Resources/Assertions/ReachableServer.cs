using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>NET-1, NET-2, MON-2: a live probe of a server, as the service's account would connect.</summary>
public sealed record ReachableServer : Assertion
{
    private const int SmtpPort = 25;

    /// <summary>The server.</summary>
    public required HostName Host { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>What is done after connecting.</summary>
    public required ProbeKind Probe { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("reachable-server", $"{Host}:{Port}");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"{Host} antwortet auf TCP {Port}{(Probe == ProbeKind.Tcp ? "" : " mit TLS")}",
        $"{Host} answers on TCP {Port}{(Probe == ProbeKind.Tcp ? "" : " with TLS")}");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Network.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var result = await machine.Network.ProbeAsync(Host, Port, Probe, cancel);
        return Judge(
            result.Connected && (Probe == ProbeKind.Tcp || result.Tls is not null),
            Show(result),
            machine.Network.Provenance,
            result.Connected ? null : await AskForAsync(result, machine, cancel));
    }

    private async Task<Wording?> AskForAsync(ProbeResult result, IMachine machine, CancellationToken cancel)
    {
        var ask = result.Obstacle switch
        {
            ProbeObstacle.Unresolved => new Wording(
                $"die Administratoren der Domäne bitten, dass die DNS-Server dieses Rechners den externen Namen {Host} auflösen, über eine (bedingte) Weiterleitung",
                $"ask the domain's administrators that this machine's DNS servers resolve the external name {Host}, by a (conditional) forwarder"),
            ProbeObstacle.Forbidden => new(
                $"dieser Rechner selbst verbietet es: die Administratoren der Domäne bitten, ausgehend TCP {Port} zu {Host} in Firewall-Richtlinie und Virenscanner zuzulassen",
                $"this machine itself forbids it: ask the domain's administrators to allow outbound TCP {Port} to {Host} in firewall policy and virus scanner"),
            _ => new(
                $"{(result.Obstacle is null ? "" : "den Namen löst der Rechner auf: ")}die Betreiber der Firewall des Standorts bitten, ausgehend TCP {Port} von diesem Rechner zu {Host} zuzulassen",
                $"{(result.Obstacle is null ? "" : "the name resolves: ")}ask those who run the site's firewall to allow outbound TCP {Port} from this machine to {Host}"),
        };
        return Port == SmtpPort && result.Obstacle != ProbeObstacle.Unresolved ? Wording.Join("; ", [ask, await AskScannersAsync(machine, cancel)]) : ask;
    }

    // "DTAM150 - McAfee VirusScan Access Protection Rules", DISA: outbound SMTP is blocked for every program that the rule does not list.
    private static async Task<Wording> AskScannersAsync(IMachine machine, CancellationToken cancel)
    {
        string here;
        try
        {
            here = string.Join(", ", (await machine.Antivirus.ReadAsync(cancel)).Products.Where(p => p.Active).Select(p => p.Name));
        }
        catch (Exception e) when (e is NotAssessableException or RefusedException)
        {
            here = "";
        }

        var (german, english) = here.Length == 0 ? ("", "") : ($" (hier aktiv: {here})", $" (active here: {here})");
        return new(
            $"Virenscanner sperren Port 25 je Prozess, etwa McAfee/Trellix mit der Regel „Prevent mass mailing worms from sending email“: die Administratoren des Virenscanners{german} bitten, Gateway.Service.exe und gwctl.exe davon auszunehmen",
            $"virus scanners block port 25 per process, McAfee/Trellix by the rule \"Prevent mass mailing worms from sending email\" for one: ask the administrators of the virus scanner{english} to exempt Gateway.Service.exe and gwctl.exe");
    }

    private Wording Show(ProbeResult result)
    {
        if (result.Tls is not null)
        {
            Wording connected = new($"verbunden, {result.Tls}", $"connected, {result.Tls}");
            return result.Failure is null ? connected : Wording.Join("; ", [connected, result.Failure]);
        }

        return result.Failure is { } failure ? failure
            : Probe == ProbeKind.Tcp ? new("verbunden", "connected")
            : new("verbunden, aber kein TLS: STARTTLS fehlt oder wurde entfernt", "connected, but no TLS: STARTTLS is missing or stripped");
    }
}
