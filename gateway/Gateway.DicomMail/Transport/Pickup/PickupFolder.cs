namespace Gateway.DicomMail.Transport.Pickup;

/// <summary>The layout of a pickup directory: a folder per address, in it a file per mail. A file under its last name is whole.</summary>
internal static class PickupFolder
{
    /// <summary>The end of a mail's name.</summary>
    public const string Whole = ".eml";

    /// <summary>The end of the name of one that is being written.</summary>
    public const string Unfinished = ".part";

    /// <summary>The folder of an address; null when it is none that a folder may be named after.</summary>
    /// <param name="root">The pickup directory.</param>
    /// <param name="address">The address, of any case.</param>
    public static string? Of(string root, string address) =>
        EnvelopeAddress.IsOne(address) && address.IndexOfAny(['/', '\\', ':', '*', '?', '|', '%']) < 0 ? Path.Combine(root, address.ToLowerInvariant()) : null;
}
