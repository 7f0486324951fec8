# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # What the library answers with: frozen objects, compared by what they hold, fit for pattern
  # matching, and shareable between Ractors as they are.
  #
  # A field becomes a Ruby object when it is read; an Addrinfo is frozen, as it may be handed out
  # again.  A field that this kernel does not tell is nil.
  #
  #   MPTCP.subflows(socket).each do |subflow|
  #     case subflow
  #     in {state: :established, rtt: ..20_000, local:} then puts "near: #{local.ip_address}"
  #     else puts "far"
  #     end
  #   end
  module Value
    # @return [Array<Symbol>] the fields' names, in order
    def members
      self.class::MEMBERS
    end

    # @return [Hash{Symbol => Object}]
    def to_h
      members.to_h { |name| [name, public_send(name)] }
    end

    # For `case … in {…}`: reads what is asked for and no more.
    def deconstruct_keys(names)
      (names ? members & names : members).to_h { |name| [name, public_send(name)] }
    end

    # The same class, the same in every field.
    def ==(other)
      other.instance_of?(self.class) && comparable == other.comparable
    end
    alias eql? ==

    # @return [Integer] for Hash and uniq, as {#==}
    def hash
      [self.class, comparable].hash
    end

    # @return [String] every field; addresses as text
    def inspect
      fields = to_h.map { |name, value| "#{name}=#{show(value)}" }
      "#<#{self.class.name} #{fields.join(" ")}>"
    end

    # A frozen value is as good as its copy.
    def dup
      self
    end

    def clone(freeze: true)
      raise ArgumentError, "a #{self.class.name} is always frozen" unless freeze

      self
    end

    protected

    # Addrinfo compares by identity: by its bytes, then.
    def comparable
      members.map do |name|
        value = public_send(name)
        value.is_a?(Addrinfo) ? value.to_sockaddr : value
      end
    end

    private

    def show(value)
      value.is_a?(Addrinfo) ? value.inspect_sockaddr : value.inspect
    end
  end

  # A connection's name in its network namespace; a plain Integer there is a descriptor.
  class Token
    include Value

    # @!method self.new(number)
    #   @param number [Integer] from 1 to 0xffffffff
    #   @return [Token]
    # @!attribute [r] to_i
    #   @return [Integer]
    # @!method to_s
    #   @return [String] as the command `mptcp` writes it: "0x1f2e3d4c"

    # @return [String]
    def inspect
      "#<MPTCP::Token #{self}>"
    end
  end
end
