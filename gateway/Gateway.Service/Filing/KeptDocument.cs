namespace Gateway.Service.Filing;

/// <summary>What is kept beside a document until it is filed. Its title may name a patient: it stands on the disk, and in no ledger and no log.</summary>
/// <param name="ContentType">Its media type, as the partner says.</param>
/// <param name="Charset">The character set of its text; null where the partner names none.</param>
/// <param name="Title">Its name at the partner; empty where it has none.</param>
/// <param name="Calling">The AE title that stands for the partner.</param>
/// <param name="Called">The AE title that says how urgent it is.</param>
internal sealed record KeptDocument(string ContentType, string? Charset, string Title, string Calling, string Called)
{
    /// <summary>Keeps its title out of every log that it might be given to.</summary>
    public override string ToString() => nameof(KeptDocument);
}
