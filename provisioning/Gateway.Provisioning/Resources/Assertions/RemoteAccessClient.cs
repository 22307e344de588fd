using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>REM-1: the declared remote access; where it has a client on this machine, its service and build are checked.</summary>
public sealed record RemoteAccessClient : Assertion
{
    /// <summary>The remote access.</summary>
    public required RemoteAccess Access { get; init; }

    // What the free AnyDesk calls itself among Windows' services.
    private const string FreeAnyDesk = "AnyDesk Service";

    /// <inheritdoc/>
    public override ResourceId Id => Named("remote-access-client", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => Access.ClientService is { } service
        ? new(
            $"{Access.Kind}, bereitgestellt von {Access.Owner}: der Dienst {service} läuft{(Access.ClientBuild is null ? "" : $" im Build „{Access.ClientBuild}“")}",
            $"{Access.Kind}, provided by {Access.Owner}: the service {service} runs{(Access.ClientBuild is null ? "" : $" in the build '{Access.ClientBuild}'")}")
        : new($"{Access.Kind}, bereitgestellt von {Access.Owner}", $"{Access.Kind}, provided by {Access.Owner}");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Services.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        if (Access.Kind == RemoteAccessKind.CgmAnyDesk && Access.ClientService is null)
        {
            return Judge(
                false,
                new("remoteAccess.clientService nennt keinen Dienst, und CGM AnyDesk hat einen auf dem Gateway", "remoteAccess.clientService names no service, and CGM AnyDesk has one on the gateway"),
                Provenance.Manifest);
        }

        if (Access.Kind == RemoteAccessKind.CgmAnyDesk && (string.IsNullOrWhiteSpace(Access.ClientBuild) || FreeAnyDesk.Contains(Access.ClientBuild.Trim(), StringComparison.OrdinalIgnoreCase)))
            return Judge(false, WrongBuild(), Provenance.Manifest);
        if (Access.ClientService is null)
        {
            return Unknown(
                NotAssessed,
                Provenance.Manifest,
                new($"{Access.Kind} hat keinen Client auf diesem Rechner; hier zählt die Bestätigung des Verantwortlichen", $"{Access.Kind} has no client on this machine; its owner's word is an attestation"),
                WhoseWord.APersons);
        }

        var service = (await machine.Services.ReadAsync(cancel)).FirstOrDefault(s => s.Name.Equals(Access.ClientService, StringComparison.OrdinalIgnoreCase));
        var build = Access.ClientBuild is null || (service?.DisplayName.Contains(Access.ClientBuild, StringComparison.OrdinalIgnoreCase) ?? false);
        return Judge(
            service is { Running: true } && build,
            service is null ? new("es gibt keinen solchen Dienst", "there is no such service")
            : service.Running ? new($"{service.DisplayName} läuft", $"{service.DisplayName} runs")
            : new($"{service.DisplayName} läuft nicht", $"{service.DisplayName} is stopped"),
            machine.Services.Provenance);
    }

    private Wording WrongBuild() => string.IsNullOrWhiteSpace(Access.ClientBuild)
        ? new("remoteAccess.clientBuild fehlt: das freie AnyDesk ginge als das von CGM durch", "remoteAccess.clientBuild is missing: the free AnyDesk would pass for CGM's")
        : new($"remoteAccess.clientBuild ist „{Access.ClientBuild}“: das freie AnyDesk ginge als das von CGM durch", $"remoteAccess.clientBuild is '{Access.ClientBuild}': the free AnyDesk would pass for CGM's");
}
