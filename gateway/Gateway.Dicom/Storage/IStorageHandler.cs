namespace Gateway.Dicom.Storage;

/// <summary>What a storage provider does with the instances that it receives.</summary>
public interface IStorageHandler
{
    /// <summary>
    /// Takes one instance: reads its data set, then does what is slow, such as making it durable. A failure of its own is answered with
    /// a status; an exception ends the association. Where the association has an operations window of more than one
    /// (<see cref="UpperLayer.Association.PerformedOperations"/>), the next instance is begun as soon as this one's data set was read to
    /// its end, so that several calls are under way at once; never do two of them read.
    /// </summary>
    /// <param name="operation">The instance.</param>
    /// <param name="cancellation">Ends the work; the association is aborted then.</param>
    Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation);
}
