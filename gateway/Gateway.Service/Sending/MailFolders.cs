using Gateway.Service.Spooling;

namespace Gateway.Service.Sending;

/// <summary>Where mail lies on its way, in the folder of the spool: on the same volume, and excluded from the scanner with it.</summary>
/// <param name="Root">The folder that holds them.</param>
internal sealed record MailFolders(string Root)
{
    /// <summary>Messages that are packed, until a server has taken them over.</summary>
    public string Outbox => Path.Combine(Root, "outbox");

    /// <summary>Mail that was fetched, until it was opened.</summary>
    public string Inbox => Path.Combine(Root, "inbox");

    /// <summary>Fragments that wait for the others of their message.</summary>
    public string Fragments => Path.Combine(Root, "fragments");

    /// <summary>What was inside a message, until its images are in the spool.</summary>
    public string Unpacked => Path.Combine(Root, "unpacked");

    /// <summary>Documents that came along, until they are in the spool.</summary>
    public string Documents => Path.Combine(Root, "documents");

    /// <summary>Mail and documents that cannot be used, for a person to look at.</summary>
    public string Refused => Path.Combine(Root, "refused");

    /// <summary>Mail whose signer nobody knows yet: see <see cref="Opening.WaitingShelf"/>.</summary>
    public string Waiting => Path.Combine(Root, "waiting");

    /// <summary>Receipts and bounces: what the ledger's states rest on.</summary>
    public string Evidence => Path.Combine(Root, "evidence");

    /// <summary>Makes the folders, and empties those whose content an earlier run left unfinished.</summary>
    /// <exception cref="IOException">They cannot be made.</exception>
    public void Make()
    {
        foreach (var folder in new[] { Outbox, Unpacked })
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true); // what was packed and not handed over is packed again
        }

        foreach (var folder in new[] { Outbox, Inbox, Fragments, Unpacked, Documents, Refused, Waiting, Evidence })
        {
            Directory.CreateDirectory(folder);
            foreach (var unfinished in Directory.EnumerateFiles(folder, "*" + Spool.Unfinished))
                File.Delete(unfinished);
        }

        DurableFiles.FlushFolder(Root);
    }
}
