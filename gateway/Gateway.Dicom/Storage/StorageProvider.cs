using Gateway.Dicom.Commitment;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Storage;

/// <summary>
/// The provider's side (SCP) of the storage and verification service classes (PS3.4 annexes A and B): answers C-ECHO and C-STORE on an
/// association until it is released. Another operation is answered with 0211 (PS3.7 annex C.5.23), and the association goes on.
/// </summary>
public static class StorageProvider
{
    /// <summary>Serves an association to its end.</summary>
    /// <param name="association">An accepted association.</param>
    /// <param name="handler">What takes the instances.</param>
    /// <param name="cancellation">Ends the work; the caller aborts the association then.</param>
    /// <exception cref="AssociationException">The association did not end with a release.</exception>
    public static Task ServeAsync(Association association, IStorageHandler handler, CancellationToken cancellation) =>
        new StorageDialogue(association, handler, commitment: null).ServeAsync(cancellation);

    /// <summary>Serves an association to its end, storage commitment (PS3.4 annex J) among the rest.</summary>
    /// <param name="association">An accepted association.</param>
    /// <param name="handler">What takes the instances.</param>
    /// <param name="commitment">What answers requests for commitment, and takes reports of it.</param>
    /// <param name="cancellation">Ends the work; the caller aborts the association then.</param>
    /// <exception cref="AssociationException">The association did not end with a release.</exception>
    public static Task ServeAsync(Association association, IStorageHandler handler, ICommitmentHandler commitment, CancellationToken cancellation) =>
        new StorageDialogue(association, handler, commitment).ServeAsync(cancellation);
}
