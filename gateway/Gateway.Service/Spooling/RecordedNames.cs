using Gateway.Service.Ledgers;

namespace Gateway.Service.Spooling;

/// <summary>The objects that the ledger says are in the spool, collected while it is read and given away once.</summary>
internal sealed class RecordedNames
{
    private HashSet<SpoolName> names = [];
    private Dictionary<SpoolName, DateTimeOffset> removed = [];

    /// <summary>Takes a line in.</summary>
    public void Apply(LedgerLine line)
    {
        if (line.What is LedgerEvent.Received received && SpoolName.Parse(received.Name) is { } added)
        {
            names.Add(added);
            removed.Remove(added);
        }
        else if (line.What is LedgerEvent.Removed gone && SpoolName.Parse(gone.Name) is { } name)
        {
            names.Remove(name);
            removed[name] = line.At;
        }
    }

    /// <summary>The names of what is there, and of what was removed, and when; they are not kept any longer.</summary>
    public (HashSet<SpoolName> Names, Dictionary<SpoolName, DateTimeOffset> Removed) Take()
    {
        var taken = (names, removed);
        (names, removed) = ([], []);
        return taken;
    }
}
