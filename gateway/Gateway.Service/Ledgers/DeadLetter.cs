namespace Gateway.Service.Ledgers;

/// <summary>An instance that a target does not have and will not be sent again, unless a person wants it to.</summary>
/// <param name="Delivery">The delivery that it belonged to.</param>
/// <param name="Target">The target's id.</param>
/// <param name="Priority">How urgent it was.</param>
/// <param name="Study">The study instance UID.</param>
/// <param name="Name">Its name in the spool.</param>
/// <param name="Reason">Why, with the target's status where there is one.</param>
/// <param name="At">When it became one.</param>
internal sealed record DeadLetter(long Delivery, string Target, Priority Priority, string Study, string Name, string Reason, DateTimeOffset At);
