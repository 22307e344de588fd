using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.Commitment;

/// <summary>The presentation context that is proposed for storage commitment.</summary>
internal static class CommitmentProposal
{
    public static IReadOnlyList<ProposedContext> Contexts { get; } =
        [new ProposedContext(1, SopClasses.StorageCommitment, [TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ImplicitVrLittleEndian])];

    /// <exception cref="ContextNotAcceptedException">The peer does not take it.</exception>
    public static PresentationContext ContextOf(Association association) =>
        association.Contexts.Values.FirstOrDefault(context => context.AbstractSyntax == SopClasses.StorageCommitment)
        ?? throw new ContextNotAcceptedException(SopClasses.StorageCommitment, TransferSyntax.ExplicitVrLittleEndian);
}
