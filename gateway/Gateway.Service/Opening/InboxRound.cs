using Gateway.Service.Fetching;

namespace Gateway.Service.Opening;

/// <summary>One round through the inbox: each mail once, and whenever one is asked for, the most urgent of those that lie there then.</summary>
/// <param name="folder">The inbox.</param>
/// <param name="isDue">Whether a mail is to be opened now.</param>
internal sealed class InboxRound(string folder, Func<string, bool> isDue)
{
    private readonly Dictionary<string, bool> urgency = [];
    private readonly HashSet<string> taken = [];

    /// <summary>The mails. An emergency that comes while others are being opened is the next.</summary>
    public IEnumerable<string> Mails()
    {
        while (Next() is { } path)
            yield return path;
    }

    private string? Next()
    {
        var next = new DirectoryInfo(folder).EnumerateFiles("*.eml").Where(file => !taken.Contains(file.FullName) && isDue(file.FullName))
            .OrderBy(file => !IsUrgent(file.FullName)).ThenBy(file => file.LastWriteTimeUtc).FirstOrDefault()?.FullName;
        if (next is not null)
            taken.Add(next);
        return next;
    }

    // One that cannot be looked at now, as while a virus scanner has it, is in its turn opened or waits.
    private bool IsUrgent(string path)
    {
        if (urgency.TryGetValue(path, out var known))
            return known;
        try
        {
            return urgency[path] = UrgentMail.IsMarkedFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
