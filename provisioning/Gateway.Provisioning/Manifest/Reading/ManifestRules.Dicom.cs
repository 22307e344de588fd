using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Manifest.Reading;

/// <content>How DICOM peers prove who they are, and how they report.</content>
public static partial class ManifestRules
{
    private static IEnumerable<Diagnostic> DicomPeersCanBeReached(Appliance appliance, Func<string, Place> placeOf)
    {
        var gateway = appliance.Gateway;
        var users = gateway.Callers.Select((caller, index) => ($"/gateway/callers/{index}", caller.UserName, caller.Passcode, gateway.Tls))
            .Concat(gateway.Targets.Select((target, index) => ($"/gateway/targets/{index}", target.UserName, target.Passcode, target.Tls)));
        foreach (var (pointer, userName, passcode, tls) in users)
        {
            if (passcode is not { } secret)
                continue;
            if (userName is null)
                yield return Diagnostic.Error("GW1232", "There is a passcode, and no user whose it is.", "Name the user, or leave the passcode out.", placeOf($"{pointer}/passcode"));
            if (tls is null)
                yield return Diagnostic.Warning("GW1233", "The passcode goes over the line in the clear.", "Give the connection TLS.", placeOf($"{pointer}/passcode"));
            if (secret.Variable is not null)
                yield return Unreadable(placeOf($"{pointer}/passcode"));
        }

        var connections = gateway.Targets.Select((target, index) => (Pointer: $"/gateway/targets/{index}/tls", target.Tls)).Prepend((Pointer: "/gateway/tls", gateway.Tls));
        foreach (var (pointer, tls) in connections)
        {
            if (tls is null)
                continue;
            if (tls.KeyPassword is { Variable: not null })
                yield return Unreadable(placeOf($"{pointer}/keyPassword"));
            var certificates = (tls.CertificateFile is null ? 0 : 1) + (tls.CertificateSubject is null ? 0 : 1);
            if (certificates == 2 || (certificates == 0 && pointer == "/gateway/tls"))
                yield return Diagnostic.Error("GW1235", certificates == 2 ? "Two certificates are named: a file and one of the machine's store." : "Who listens must show a certificate, and none is named.", "Name a certificate file or the subject of one in the machine's store.", placeOf(pointer));
        }

        for (var t = 0; t < gateway.Targets.Count; t++)
        {
            var target = gateway.Targets[t];
            if (target.StorageCommitment && !gateway.Callers.Any(caller => caller.AeTitle == target.AeTitle))
                yield return Diagnostic.Warning("GW1234", $"{target.AeTitle} is asked to commit itself and is no caller: it cannot report on an association of its own.", "Add it to gateway.callers, unless it reports on the gateway's association.", placeOf($"/gateway/targets/{t}/storageCommitment"));
        }
    }

    private static Diagnostic Unreadable(Place place) =>
        Diagnostic.Error("GW1236", "The service cannot read a secret from a variable of the one who applies.", "Keep it in the machine's store (secret:NAME) or in a file (secret:file:PATH).", place);
}
