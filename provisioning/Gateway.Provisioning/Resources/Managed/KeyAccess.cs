using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>
/// NET-3: the gateway's own account may read the private key of the site's certificate. Windows gives a key to SYSTEM and Administrators, and a service that is neither cannot
/// authenticate itself. Only this one entry is the product's: whatever else stands in the key's access list stays.
/// </summary>
public sealed record KeyAccess : ManagedResource<PrivateKeyState>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "key-access";

    /// <summary>The service whose account reads the key.</summary>
    public required string Service { get; init; }

    /// <summary>A part of the certificate's subject that finds it.</summary>
    public required string Subject { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, Service);

    /// <inheritdoc/>
    protected override string Place => $"{Service} {Subject}";

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $@"NT SERVICE\{Service} darf den privaten Schlüssel zu „{Subject}“ lesen",
        $@"NT SERVICE\{Service} may read the private key of '{Subject}'");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Certificates.KeyProvenance;

    private string Account => AccessRights.ServiceSid(Service);

    /// <inheritdoc/>
    protected override async Task<PrivateKeyState?> ReadAsync(IMachine machine, CancellationToken cancel)
    {
        var key = await machine.Certificates.ReadKeyAsync(Subject, cancel) ?? throw new NotAssessableException(new(
            $"in LocalMachine\\My gibt es noch kein Zertifikat „{Subject}“ mit privatem Schlüssel; nach dem Import setzt ein weiteres apply dessen Zugriffsrechte",
            $"there is no certificate '{Subject}' with its private key in LocalMachine\\My yet; once it is imported, another apply sets who may read its key"));
        return key.Sddl is not null && !key.InHardware ? key : throw new NotAssessableException(new(
            $"der Schlüssel liegt bei {key.Provider}{(key.InHardware ? " in Hardware" : "")} und hat keine Zugriffsliste, die das Produkt setzen könnte; ob das Konto des Dienstes ihn benutzen darf, legt dessen Hersteller fest",
            $"the key lies with {key.Provider}{(key.InHardware ? " in hardware" : "")} and has no access list that the product could set; whether the service's account may use it is for its maker's tools to say"));
    }

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, PrivateKeyState? now) =>
        DiscretionaryList.LetsRead(now!.Sddl!, Account) ? [] : [new("rights", now.Sddl, DiscretionaryList.WithReader(now.Sddl!, Account))];

    /// <inheritdoc/>
    protected override Task<Remark?> NoteAsync(IMachine machine, PrivateKeyState? now, CancellationToken cancel) =>
        Task.FromResult(DiscretionaryList.Denies(now!.Sddl!, Account) ? new Remark(new("ein Eintrag der Zugriffsliste verweigert es diesem Konto; wer ihn gesetzt hat, muss ihn entfernen", "an entry of the access list denies it to this account; whoever set that has to take it out")) : null);

    /// <inheritdoc/>
    protected override async Task MakeAsync(IMachine machine, PrivateKeyState? now, bool restart, CancellationToken cancel)
    {
        if (!DiscretionaryList.LetsRead(now!.Sddl!, Account))
            await machine.Certificates.WriteKeyAsync(now with { Sddl = DiscretionaryList.WithReader(now.Sddl!, Account) }, cancel);
    }

    /// <inheritdoc/>
    protected override async Task<string?> RestoreAsync(IMachine machine, PrivateKeyState? before, CancellationToken cancel)
    {
        if (await machine.Certificates.ReadKeyAsync(Subject, cancel) is not { Sddl: { } rights } now)
            return "the certificate is gone, and its key with it";
        if (now.Certificate == before?.Certificate)
            return await machine.Certificates.WriteKeyAsync(before, cancel);

        // The site has another certificate by now, with a key of its own; what the product gave there goes as well.
        await machine.Certificates.WriteKeyAsync(now with { Sddl = DiscretionaryList.Without(rights, Account) }, cancel);
        return "the certificate has been replaced since; the service's right was taken from the key of the new one, and the key of the old one was left alone";
    }
}
