using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// X-DOM: what policy does to Windows PowerShell, through which the product drives Windows. Nothing of it stops the product, which calls cmdlets and never script text, and gives none of
/// them a secret: it is remarked, so that nobody is surprised by what is recorded.
/// </summary>
public sealed record PowerShellPolicy : Assertion
{
    /// <inheritdoc/>
    public override ResourceId Id => Named("powershell-policy", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new("Windows PowerShell führt die Cmdlets des Produkts aus", "Windows PowerShell runs the product's cmdlets");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Policies.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var facts = await machine.Policies.PowerShellAsync(cancel);
        Wording[] logs =
        [
            .. facts.ModuleLogging ? [new("Modulprotokollierung", "module logging")] : Array.Empty<Wording>(),
            .. facts.ScriptBlockLogging ? [new("Skriptblockprotokollierung", "script block logging")] : Array.Empty<Wording>(),
            .. facts.Transcription ? [new("Aufzeichnung der Sitzungen", "transcription")] : Array.Empty<Wording>(),
        ];
        Wording[] remarks =
        [
            .. facts.LanguageMode == "FullLanguage" ? Array.Empty<Wording>() : [new(
                $"eine Richtlinie beschränkt die Sprache auf {facts.LanguageMode}: das Produkt kommt damit aus; wer Befehle von Hand nachvollzieht, fragt die Administratoren der Domäne",
                $"policy restricts the language to {facts.LanguageMode}: the product does with it; whoever repeats commands by hand asks the domain's administrators")],
            .. logs.Length == 0 ? Array.Empty<Wording>() : [new(
                $"die Richtlinie schreibt mit ({Wording.Join(", ", logs).German}): Cmdlets mit ihren Parametern stehen im Ereignisprotokoll; ein Geheimnis ist nie darunter",
                $"policy records ({Wording.Join(", ", logs)}): cmdlets with their parameters stand in the event log; a secret is never among them")],
        ];
        return Judge(
            true,
            new($"Sprachmodus {facts.LanguageMode}, mitgeschrieben wird {(logs.Length == 0 ? "nichts" : Wording.Join(", ", logs).German)}", $"language mode {facts.LanguageMode}, recorded: {(logs.Length == 0 ? "nothing" : Wording.Join(", ", logs).English)}"),
            machine.Policies.Provenance,
            remarks.Length == 0 ? null : Wording.Join("; ", remarks));
    }
}
