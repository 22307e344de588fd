using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// X-DOM: the services' virtual accounts may log on as a service. Windows gives the right to NT SERVICE\ALL SERVICES; a policy that lists accounts by name takes it away, and the
/// services do not start any more ("Log on as a service", Microsoft Learn).
/// </summary>
public sealed record ServiceLogon : Assertion
{
    /// <summary>NT SERVICE\ALL SERVICES, of which every virtual service account is a member ("Well-known SIDs", Microsoft Learn).</summary>
    internal const string AllServices = "S-1-5-80-0";

    /// <summary>Everyone.</summary>
    internal const string Everyone = "S-1-1-0";

    /// <summary>The services.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("service-logon", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation
    {
        get
        {
            var accounts = Wording.And(Services.Select(s => $@"NT SERVICE\{s}"));
            return new($"{accounts.German} dürfen sich als Dienst anmelden", $"{accounts} may log on as a service");
        }
    }

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Policies.Provenance;

    /// <summary>The SIDs by which a right or a rule can be about a service's account.</summary>
    /// <param name="service">The service.</param>
    internal static string[] AccountsOf(string service) => [AccessRights.ServiceSid(service), AllServices, Everyone];

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var facts = await machine.Policies.ServiceLogonAsync(cancel);
        var how = machine.Policies.Provenance;
        var without = Services.Where(s => !AccountsOf(s).Intersect(facts.Allowed).Any()).ToList();
        var denied = Services.Where(s => AccountsOf(s).Intersect(facts.Denied).Any()).ToList();
        Wording[] found =
        [
            .. without.Select(s => new Wording($@"NT SERVICE\{s} hat das Recht „Anmelden als Dienst“ nicht (es haben: {Listed(facts.Allowed).German})", $@"NT SERVICE\{s} has no right to log on as a service (who has: {Listed(facts.Allowed)})")),
            .. denied.Select(s => new Wording($@"NT SERVICE\{s} ist die Anmeldung als Dienst verweigert ({string.Join(", ", AccountsOf(s).Intersect(facts.Denied))})", $@"NT SERVICE\{s} is denied to log on as a service ({string.Join(", ", AccountsOf(s).Intersect(facts.Denied))})")),
        ];
        return found.Length == 0
            ? Judge(true, new($"das Recht haben {Listed(facts.Allowed).German}, verweigert ist es {Listed(facts.Denied).German}", $"who has the right: {Listed(facts.Allowed)}; who is denied it: {Listed(facts.Denied)}"), how)
            : Judge(false, Wording.Join("; ", found), how, Ask(without.Count > 0, denied.Count > 0));
    }

    private static Wording Ask(bool missing, bool denied) => Wording.Join("; ",
    [
        .. missing ? [new(
            $@"die Administratoren der Domäne bitten, dass die Richtlinie „Anmelden als Dienst“ für diesen Rechner auch NT SERVICE\ALL SERVICES ({AllServices}) nennt, wie Windows es ausliefert",
            $@"ask the domain's administrators that the policy ""Log on as a service"" for this machine names NT SERVICE\ALL SERVICES ({AllServices}) too, as Windows has it when delivered")] : Array.Empty<Wording>(),
        .. denied ? [new(
            "die Administratoren der Domäne bitten, dass die Richtlinie „Anmelden als Dienst verweigern“ für diesen Rechner die Dienstkonten nicht trifft",
            @"ask the domain's administrators that the policy ""Deny log on as a service"" for this machine leaves service accounts out")] : Array.Empty<Wording>(),
    ]);

    private static Wording Listed(IReadOnlyList<string> sids) => sids.Count == 0 ? new("niemandem", "nobody") : Wording.Same(string.Join(", ", sids));
}
