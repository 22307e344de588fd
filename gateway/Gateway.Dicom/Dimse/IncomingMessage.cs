using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Dimse;

/// <summary>A message whose command set has arrived; its data set, where it has one, is still arriving (PS3.7 section 6.3).</summary>
/// <param name="Context">The presentation context that it came on.</param>
/// <param name="Command">The command set.</param>
public sealed record IncomingMessage(PresentationContext Context, CommandSet Command);
