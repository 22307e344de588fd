namespace Gateway.Dicom.UpperLayer.Protocol;

/// <summary>A cell of PS3.8 table 9-10: what is done, and which state follows.</summary>
/// <param name="Action">The action.</param>
/// <param name="Next">The state that follows.</param>
/// <param name="Otherwise">
/// The state that follows in the action's other case, where it has one: AE-6 of a request that no user could accept, AR-8 at the acceptor.
/// </param>
public readonly record struct Transition(ProtocolAction Action, ProtocolState Next, ProtocolState? Otherwise = null);
