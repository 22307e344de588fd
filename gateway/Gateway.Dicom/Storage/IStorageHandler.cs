namespace Gateway.Dicom.Storage;

/// <summary>What a storage provider does with the instances that it receives.</summary>
public interface IStorageHandler
{
    /// <summary>Takes one instance. A failure of its own is answered with a status; an exception ends the association.</summary>
    /// <param name="operation">The instance.</param>
    /// <param name="cancellation">Ends the work; the association is aborted then.</param>
    Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation);
}
