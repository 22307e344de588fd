namespace Gateway.Service.Filing;

/// <summary>The virus scanner of this machine.</summary>
internal interface IDocumentScanner
{
    /// <summary>What it is, for the ledger.</summary>
    string Name { get; }

    /// <summary>Has it look at a file.</summary>
    /// <param name="path">The file, closed, in a folder that it does not leave alone.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<ScanVerdict> ScanAsync(string path, CancellationToken cancellation);
}
