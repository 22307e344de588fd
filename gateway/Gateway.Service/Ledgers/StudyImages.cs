namespace Gateway.Service.Ledgers;

/// <summary>An image of each study that the spool has: the one that came last, and so stays longest.</summary>
internal sealed class StudyImages
{
    private readonly Dictionary<string, string> images = [];
    private readonly Dictionary<string, string> studies = [];

    /// <summary>The spool's name of an image of a study; null where there is none.</summary>
    /// <param name="study">The study instance UID.</param>
    public string? Of(string study) => images.GetValueOrDefault(study);

    /// <summary>Takes a line in.</summary>
    public void Apply(LedgerLine line)
    {
        switch (line.What)
        {
            case LedgerEvent.Received { Study.Length: > 0 } received:
                if (images.TryGetValue(received.Study, out var before))
                    studies.Remove(before);
                images[received.Study] = received.Name;
                studies[received.Name] = received.Study;
                break;
            case LedgerEvent.Removed removed when studies.Remove(removed.Name, out var study):
                images.Remove(study);
                break;
        }
    }
}
